import { join } from 'node:path';

import { createApi } from './api/create-api.ts';
import type { Api } from './api/create-api.ts';
import { createHandlers } from './api/create-handlers.ts';
import { createChatRunner } from './api/chat-runner.ts';
import { createEventHub } from './api/event-hub.ts';
import type { EventHub } from './api/event-hub.ts';
import { openConfigFile } from './config/config-file.ts';
import { describeConfigProblem } from './config/config-problem.ts';
import type { ConfigFile } from './config/config-file.ts';
import { openScriptApprovals } from './config/script-approvals.ts';
import type { ScriptApprovals } from './config/script-approvals.ts';
import type { ApiOutput } from './contract/api.ts';
import { AppError, toErrorInfo } from './contract/errors.ts';
import { startEliza } from './demo/eliza-server.ts';
import type { BackendLine } from './engine/backend-registry.ts';
import { createEngine } from './engine/create-engine.ts';
import type { EngineControl } from './engine/create-engine.ts';
import { openKeychain } from './engine/keys/keychain.ts';
import type { Keychain } from './engine/keys/keychain.ts';
import { noGrants } from './engine/script-grants.ts';
import { createScriptHost } from './engine/lua/script-host.ts';
import { openScriptLibrary } from './engine/script-library.ts';
import type { ScriptLibrary } from './engine/script-library.ts';
import { createTransport } from './engine/transport.ts';
import type { CircuitState } from './gateway/metrics/call-metrics.ts';
import { openGatewayService } from './gateway-service.ts';
import type { GatewayAddress, GatewayOptions, GatewayService } from './gateway-service.ts';
import { openLogFile } from './log-file.ts';
import type { LogFile } from './log-file.ts';
import { createProviderEdits } from './provider-edits.ts';
import type { ScriptEdits } from './provider-edits.ts';
import type { Resources } from './resources.ts';
import { lockDataDir } from './store/lock-data-dir.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/open-store.ts';
import { watchCalls } from './watch-calls.ts';
import type { CallWatchers } from './watch-calls.ts';
import { watchScripts } from './watch-scripts.ts';

export type CoreOptions = {
  /** As `resolveDataDir` made it. */
  dataDir: string;
  resources: Resources;
  env?: Record<string, string | undefined>;
  /** Told in one sentence what went wrong where nobody waits for an answer; it stands in the log already. */
  onProblem?: (error: AppError) => void;
};

/** Everything Parley does, without a window and without Electron. */
export type Core = {
  api: Api;
  engine: EngineControl;
  store: Store;
  config: ConfigFile;
  edits: ScriptEdits;
  /** Opens the gateway, and the page for browsers where `ui` asks for it. Throws port_taken. */
  startGateway(options?: GatewayOptions): Promise<GatewayAddress>;
  /** Ends every stream, keeps what had arrived, and closes the database. */
  close(): Promise<void>;
};

export async function createCore(options: CoreOptions): Promise<Core> {
  const { dataDir, resources, env = process.env } = options;
  const log = openLogFile(join(dataDir, 'logs'));
  const onProblem = reportTo(log, options.onProblem);
  const store = openStore({ file: join(dataDir, 'parley.db'), onProblem });
  const lock = lockDataDir(join(dataDir, 'parley.lock'));
  if (lock) store.recover();

  const hub = createEventHub(onProblem);
  let engine: EngineControl | undefined;
  const reload = (): void => {
    engine?.reload();
    hub.emit('backends.changed', {});
    hub.emit('app.changed', {});
  };
  const config = await openConfig(join(dataDir, 'parley.yaml'), reload, onProblem, hub);
  const keychain = openKeychain();
  const library = openScriptLibrary({
    userDir: join(dataDir, 'providers'),
    builtInDir: resources.providersDir,
  });
  const approvals = openScriptApprovals(join(library.userDir, '.approved.json'));
  const demo = await startEliza();
  const circuits = (): CircuitState[] => engine?.circuits() ?? [];
  const gatewayUrl = (): string | null => gateway.address()?.url ?? null;
  const { version } = resources;
  const watchers = watchCalls({ store, config, dataDir, env, version, hub, circuits, gatewayUrl, onProblem });
  engine = openEngine({ config, keychain, library, approvals, demo, resources, env, watchers, log });

  const runner = createChatRunner({ engine, chats: store.chats, hub, onProblem });
  const gateway = openGatewayService({ engine, watchers, config, resources, onProblem, api: () => api });
  const { userDir } = library;
  const edits = createProviderEdits({ config, keychain, approvals, userDir, onChange: reload });
  const appInfo = (): ApiOutput<'app.info'> => describeApp({ dataDir, resources, config, gateway });
  const inspector = watchers.desk;
  const handlers = createHandlers({ engine, store, runner, hub, edits, inspector, appInfo });
  const api = createApi(handlers, hub, onProblem);
  const scripts = watchScripts(userDir, reload);
  const stopCalls = store.calls.onChange(() => hub.emit('calls.changed', {}));

  return {
    api,
    engine,
    store,
    config,
    edits,
    startGateway: asked => gateway.start(asked).finally(() => hub.emit('app.changed', {})),
    async close() {
      scripts.close();
      stopCalls();
      await runner.close();
      await gateway.close();
      await engine.close();
      await watchers.close();
      await Promise.all([demo.close(), config.close()]);
      store.close();
      lock?.release();
    },
  };
}

/** What goes wrong where nobody waits stands in the log, and is told in one sentence. */
function reportTo(log: LogFile, tell: CoreOptions['onProblem']): (error: unknown) => void {
  return error => {
    const { code, message } = toErrorInfo(error);
    log.write('error', `${code}: ${message}`);
    tell?.(error instanceof AppError ? error : new AppError(code, message, { cause: error }));
  };
}

function openConfig(
  file: string,
  onChange: () => void,
  onProblem: (error: unknown) => void,
  hub: EventHub,
): Promise<ConfigFile> {
  return openConfigFile({
    file,
    onChange,
    onProblem(problem) {
      if (problem) onProblem(new AppError('config_invalid', describeConfigProblem(problem)));
      hub.emit('app.changed', {});
    },
  });
}

function openEngine(parts: {
  config: ConfigFile;
  keychain: Keychain;
  library: ScriptLibrary;
  approvals: ScriptApprovals;
  demo: { url: string };
  resources: Resources;
  env: Record<string, string | undefined>;
  watchers: CallWatchers;
  log: LogFile;
}): EngineControl {
  const { config, keychain, library, approvals, demo, resources, env, watchers, log } = parts;
  return createEngine({
    config: () => config.current(),
    builtInBackends: () => [demoBackend(demo.url)],
    library,
    host: createScriptHost({ workerFile: resources.luaWorkerFile, wasmFile: resources.wasmFile }),
    transport: createTransport(),
    keychain,
    env,
    grantsOf: async (type, sha256) => (await approvals.grantsOf(type, sha256)) ?? noGrants,
    approvedSource: async type => (await approvals.get(type))?.source ?? null,
    callLog: watchers.log,
    onAttempt: attempt => watchers.attempted(attempt),
    watch: watchers.watch,
    log: (backend, level, message) => log.write(level, `[${backend}] ${message}`),
  });
}

/** ELIZA answers without any key, so that a newcomer has somebody to talk to. */
function demoBackend(url: string): BackendLine {
  return { name: 'eliza', type: 'eliza', url, priority: 1_000_000, enabled: true, demo: true };
}

function describeApp(app: {
  dataDir: string;
  resources: Resources;
  config: ConfigFile;
  gateway: GatewayService;
}): ApiOutput<'app.info'> {
  return {
    version: app.resources.version,
    platform: process.platform,
    data_dir: app.dataDir,
    config_file: join(app.dataDir, 'parley.yaml'),
    gateway_url: app.gateway.address()?.url ?? null,
    gateway_error: app.gateway.error(),
    config_problem: app.config.problem(),
  };
}
