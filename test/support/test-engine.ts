import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { CallWatch } from '../../electron/contract/call-watch.ts';
import type { Attempt, CallEnd, CallStart } from '../../electron/contract/calls.ts';
import { configSchema } from '../../electron/contract/config.ts';
import type { Config, RawConfig } from '../../electron/contract/config.ts';
import type { BackendLine } from '../../electron/engine/backend-registry.ts';
import { createEngine } from '../../electron/engine/create-engine.ts';
import type { EngineControl } from '../../electron/engine/create-engine.ts';
import type { Keychain } from '../../electron/engine/keys/keychain.ts';
import { createScriptHost } from '../../electron/engine/lua/script-host.ts';
import type { ScriptHost } from '../../electron/engine/lua/script-host.ts';
import type { SpendingCheck } from '../../electron/engine/routing/call-deps.ts';
import { systemClock } from '../../electron/engine/routing/routing-clock.ts';
import type { RoutingClock } from '../../electron/engine/routing/routing-clock.ts';
import type { ScriptGrants } from '../../electron/engine/script-grants.ts';
import { openScriptLibrary } from '../../electron/engine/script-library.ts';
import { createTextCounter } from '../../electron/engine/text-counter.ts';
import { createTransport } from '../../electron/engine/transport.ts';
import { findResources } from '../../electron/resources.ts';

export type Row = CallStart & CallEnd;

export type TestEngine = {
  engine: EngineControl;
  /** Rows of the ledger, in the order the calls ended. */
  rows: Row[];
  /** Every time an upstream was asked, in the order they ended. */
  attempts: Attempt[];
  logs: string[];
  userDir: string;
  setConfig(config: RawConfig): void;
  writeScript(type: string, source: string): void;
  /** Resolves with the rows once there are `count` of them. */
  waitForRows(count: number): Promise<Row[]>;
  close(): Promise<void>;
};

/** The real engine with the real Lua workers on a folder of its own; the ledger is a list. */
export function createTestEngine(options: {
  config?: RawConfig;
  scripts?: Record<string, string>;
  /** Scripts as if they came with the app, in place of those that do: all of them then run in one worker. */
  shipped?: Record<string, string>;
  /** Script workers that nobody else uses; else all engines of a file take turns with theirs. */
  ownHost?: boolean;
  env?: Record<string, string>;
  /** Secrets of a keychain in memory, or a keychain of the test's own. */
  keychain?: Record<string, string> | Keychain;
  grantsOf?: (type: string, sha256: string) => Promise<ScriptGrants>;
  /** Backends that are there without a line in the settings. */
  demo?: BackendLine[];
  /** Whose budget is used up. */
  refuse?: SpendingCheck;
  /** Watches what goes over the wires. */
  watch?: Pick<CallWatch, 'sent'>;
  /** Time and chance of retries; without it nothing waits. */
  clock?: RoutingClock;
}): TestEngine {
  const dir = mkdtempSync(join(tmpdir(), 'parley-engine-'));
  const userDir = join(dir, 'providers');
  mkdirSync(userDir);
  const resources = findResources();
  const starts = new Map<string, CallStart>();
  const rows: Row[] = [];
  const attempts: Attempt[] = [];
  const logs: string[] = [];
  let config: Config = configSchema.parse(options.config ?? {});
  const writeScript = (type: string, source: string): void =>
    writeFileSync(join(userDir, `${type}.lua`), source);
  for (const [type, source] of Object.entries(options.scripts ?? {})) writeScript(type, source);
  const shippedDir = options.shipped && writeShipped(join(dir, 'shipped'), options.shipped);
  const engine = createEngine({
    config: () => config,
    builtInBackends: () => options.demo ?? [],
    library: openScriptLibrary({ userDir, builtInDir: shippedDir ?? resources.providersDir }),
    host: options.ownHost === true ? startHost() : shareHost(),
    transport: createTransport(),
    texts: createTextCounter(resources.tokenWorkerFile),
    keychain: isKeychain(options.keychain) ? options.keychain : memoryKeychain(options.keychain ?? {}),
    env: options.env ?? {},
    ...(options.refuse === undefined ? {} : { refuse: options.refuse }),
    ...(options.watch === undefined ? {} : { watch: options.watch }),
    ...(options.grantsOf === undefined ? {} : { grantsOf: options.grantsOf }),
    callLog: {
      begin: start => void starts.set(start.id, start),
      end: end => void rows.push({ ...starts.get(end.id)!, ...end }), // a call that ends has begun
    },
    onAttempt: attempt => void attempts.push(attempt),
    clock: options.clock ?? hastyClock,
    log: (backend, level, message) => void logs.push(`${backend} ${level} ${message}`),
  });
  return {
    engine,
    rows,
    attempts,
    logs,
    userDir,
    writeScript,
    setConfig(raw) {
      config = configSchema.parse(raw);
      engine.reload();
    },
    async waitForRows(count) {
      for (let i = 0; i < 500 && rows.length < count; i += 1)
        await new Promise(resolve => setTimeout(resolve, 10));
      if (rows.length < count) throw new Error(`only ${String(rows.length)} of ${String(count)} rows`);
      return rows;
    },
    async close() {
      await engine.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function writeShipped(folder: string, scripts: Record<string, string>): string {
  mkdirSync(folder);
  for (const [type, source] of Object.entries(scripts)) writeFileSync(join(folder, `${type}.lua`), source);
  return folder;
}

function startHost(): ScriptHost {
  const { luaWorkerFile, wasmFile } = findResources();
  return createScriptHost({ workerFile: luaWorkerFile, wasmFile });
}

let shared: ScriptHost | undefined;

/** Ends with the process: its workers keep none alive. */
function shareHost(): ScriptHost {
  shared ??= startHost();
  return { ...shared, close: () => Promise.resolve() };
}

const hastyClock: RoutingClock = {
  ...systemClock,
  wait: (_milliseconds, callback) => systemClock.wait(0, callback),
};

function isKeychain(given: Record<string, string> | Keychain | undefined): given is Keychain {
  return typeof given?.['get'] === 'function';
}

function memoryKeychain(secrets: Record<string, string>): Keychain {
  const entries = new Map(Object.entries(secrets));
  return {
    get: account => Promise.resolve(entries.get(account)),
    set: (account, secret) => Promise.resolve(void entries.set(account, secret)),
    remove: account => Promise.resolve(entries.delete(account)),
  };
}
