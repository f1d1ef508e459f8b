import type { Json, JsonObject } from '../../contract/json.ts';

/** One provider script as text. */
export type ScriptSource = {
  /** The provider's type, such as `acme`. */
  name: string;
  /** Shown in errors, such as `providers/acme.lua`. */
  file: string;
  text: string;
  /** Shipped with the app: such scripts share one worker, with a Lua state each; every other script gets its own. */
  trusted: boolean;
};

/** The `config` global of a script; unset values are "". */
export type ScriptConfig = { name: string; url: string; api_key: string };

export type ScriptHttpRequest = {
  method: 'GET' | 'POST';
  url: string;
  body?: string;
  headers: Record<string, string>;
};
export type ScriptHttpResponse = { status: number; headers: Record<string, string>; body: string };

export type LogLevel = 'info' | 'warn' | 'error';

/** What a script may do outside of its worker, decided and done by the engine. */
export type ScriptServices = {
  /** Sends what the script asked for, within its permissions; the message of an AppError thrown here is shown to the script. */
  fetch(request: ScriptHttpRequest, signal: AbortSignal): Promise<ScriptHttpResponse>;
  log(level: LogLevel, message: string): void;
  /** Text of a JSON file beside the script, by relative path; without it there is no load_models. */
  readData?(path: string): Promise<string>;
};

export type CallOptions = {
  /** What config.api_key holds during this call. */
  api_key?: string;
  signal?: AbortSignal;
  /** Index of the argument whose key order the first result keeps; 0 when absent. */
  keepOrderOf?: number;
};

/** A script that has run once and returned its provider table. */
export type LoadedScript = {
  /** Plain values of the returned table; functions are left out. */
  readonly table: JsonObject;
  /** Names of the functions in the returned table, sorted. */
  readonly hooks: readonly string[];
  /**
   * Runs a hook and returns all its results, nil as null. Tables that came in as arguments keep their key order and their
   * nulls wherever the script puts them. Rejects with script_error, script_result, script_timeout, script_memory, cancelled.
   */
  call(hook: string, args: readonly Json[], options?: CallOptions): Promise<Json[]>;
  /**
   * Runs a hook once for each list of arguments, in their order, and stops at the first run that fails: the promise then
   * rejects as that run would have. `onResults` gets the results of the runs before it, in order, some at a time; it must
   * not throw. Each run has limits of its own. For many short runs this costs a fraction of as many calls.
   */
  callEach(
    hook: string,
    runs: readonly (readonly Json[])[],
    onResults: (results: Json[][]) => void,
    options?: CallOptions,
  ): Promise<void>;
  /** Refuses further calls at once, and frees the script once those in flight have ended. */
  close(): Promise<void>;
};

export type ScriptHost = {
  load(source: ScriptSource, config: ScriptConfig, services: ScriptServices): Promise<LoadedScript>;
  /** Worker threads that exist now, the warm spare included. */
  countWorkers(): number;
  /** Worker threads that were told to end and have not. */
  countEnding(): number;
  /** Waits a second for the worker threads to end, at most. */
  close(): Promise<void>;
};
