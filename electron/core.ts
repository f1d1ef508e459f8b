import { join } from 'node:path';

import { createApi } from './api/create-api.ts';
import type { Api } from './api/create-api.ts';
import { createHandlers } from './api/create-handlers.ts';
import { readAbilities } from './api/chat-request.ts';
import { createChatRunner } from './api/chat-runner.ts';
import { createEventHub } from './api/event-hub.ts';
import { openChatDesks } from './chat-desks.ts';
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
import { createNetwork } from './engine/network/create-network.ts';
import type { Network } from './engine/network/create-network.ts';
import { openScriptLibrary } from './engine/script-library.ts';
import type { ScriptLibrary } from './engine/script-library.ts';
import { createTransport } from './engine/transport.ts';
import type { CircuitState } from './gateway/metrics/call-metrics.ts';
import { lookAround } from './first-start.ts';
import { openGatewayDesks } from './gateway-desks.ts';
import { openGatewayService } from './gateway-service.ts';
import type { GatewayAddress, GatewayOptions, GatewayService } from './gateway-service.ts';
import { openLogFile } from './log-file.ts';
import type { LogFile } from './log-file.ts';
import { openSafetyDesks } from './open-settings.ts';
import { createProviderEdits } from './provider-edits.ts';
import type { ScriptEdits } from './provider-edits.ts';
import type { Resources } from './resources.ts';
import { openData } from './open-data.ts';
import type { Store } from './store/open-store.ts';
import { watchCalls } from './watch-calls.ts';
import type { CallWatchers } from './watch-calls.ts';
import { watchScripts } from './watch-scripts.ts';

export type CoreOptions = {
  /** As `resolveDataDir` made it. */
  dataDir: string;
  resources: Resources;
  env?: Record<string, string | undefined>;
  /** Where other programs keep their settings; the user's own home where left out. */
  homeDir?: string;
  /** Loads no script of the person's own. */
  safe?: boolean | undefined;
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
  const { dataDir, resources, env = process.env, safe = false } = options;
  const log = openLogFile(join(dataDir, 'logs'));
  const onProblem = reportTo(log, options.onProblem);
  const data = openData(dataDir, resources, onProblem);
  const { store } = data;
  const hub = createEventHub(onProblem);
  let engine: EngineControl | undefined;
  let network: Network | undefined;
  let follow: (() => void) | undefined;
  const reload = (): void => {
    network?.reload();
    engine?.reload();
    follow?.();
    hub.emit('backends.changed', {});
    hub.emit('app.changed', {});
  };
  const config = await openConfig(join(dataDir, 'parley.yaml'), reload, onProblem, hub);
  const keychain = openKeychain();
  const dirs = { userDir: join(dataDir, 'providers'), builtInDir: resources.providersDir };
  const library = openScriptLibrary({ ...dirs, safe });
  const approvals = openScriptApprovals(join(library.userDir, '.approved.json'));
  const demo = await startEliza();
  const circuits = (): CircuitState[] => engine?.circuits() ?? [];
  const gatewayUrl = (): string | null => gateway.address()?.url ?? null;
  const { version } = resources;
  const watchers = watchCalls({ store, config, dataDir, env, version, hub, circuits, gatewayUrl, onProblem });
  network = openNetwork({ config, keychain, dataDir, env, demo, onProblem });
  engine = openEngine({ network, config, keychain, library, approvals, demo, resources, env, watchers, log });
  const runner = openRunner({ engine, store, hub, onProblem });
  const gateway = openGatewayService({ engine, watchers, config, resources, onProblem, api: () => api });
  const edits = createProviderEdits({ config, keychain, approvals, userDir: dirs.userDir, onChange: reload });
  const appInfo = (): ApiOutput<'app.info'> =>
    describeApp({ dataDir, resources, config, gateway, safe, notices: data.notices });
  const { desk: inspector } = watchers;
  const desks = openChatDesks({ engine, store, hub, config });
  const atGateway = openGatewayDesks({ gateway, config, homeDir: options.homeDir });
  follow = () =>
    void gateway
      .follow()
      .catch(onProblem)
      .then(() => hub.emit('app.changed', {}));
  const safety = openSafetyDesks({ dataDir, data, config, keychain, network, version, onChange: reload });
  const work = { engine, store, runner, hub, edits, inspector, version, appInfo };
  const look = () => lookAround({ library, env });
  const own = { ...work, ...desks, ...atGateway, ...safety, lookAround: look };
  const api = createApi(createHandlers(own), hub, onProblem);
  const scripts = watchScripts(dirs.userDir, reload);
  const stopCalls = store.calls.onChange(() => hub.emit('calls.changed', {}));
  return {
    api,
    engine,
    store,
    config,
    edits,
    startGateway: asked => gateway.start(asked).finally(() => hub.emit('app.changed', {})),
    close: () =>
      closeAll({ scripts, stopCalls, desks, runner, gateway, engine, watchers, demo, config, data }),
  };
}

type Closing = Record<
  'desks' | 'runner' | 'gateway' | 'engine' | 'watchers' | 'demo' | 'config' | 'data',
  { close(): Promise<void> }
>;

/** In this order: who writes to the database ends before it does. */
async function closeAll(
  parts: Closing & { scripts: { close(): void }; stopCalls: () => void },
): Promise<void> {
  const { scripts, stopCalls, desks, runner, gateway, engine, watchers, demo, config, data } = parts;
  scripts.close();
  stopCalls();
  await desks.close();
  await runner.close();
  await gateway.close();
  await engine.close();
  await watchers.close();
  await Promise.all([demo.close(), config.close()]);
  await data.close();
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

function openRunner(parts: {
  engine: EngineControl;
  store: Store;
  hub: EventHub;
  onProblem: (error: unknown) => void;
}): ReturnType<typeof createChatRunner> {
  const { engine, store } = parts;
  return createChatRunner({
    ...parts,
    chats: store.chats,
    queue: store.queue,
    settingsOf: chatId => store.presets.settingsOf(chatId).settings,
    abilitiesOf: plan => readAbilities(engine, plan),
  });
}

function openNetwork(parts: {
  config: ConfigFile;
  keychain: Keychain;
  dataDir: string;
  env: Record<string, string | undefined>;
  demo: { url: string };
  onProblem: (error: unknown) => void;
}): Network {
  const { config, demo, ...others } = parts;
  return createNetwork({
    ...others,
    settings: () => config.current().network,
    ownOrigins: [new URL(demo.url).origin],
  });
}

function openEngine(parts: {
  network: Network;
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
  const { network, config, keychain, library, approvals, demo, resources, env, watchers, log } = parts;
  return createEngine({
    config: () => config.current(),
    builtInBackends: () => [demoBackend(demo.url)],
    library,
    host: createScriptHost({ workerFile: resources.luaWorkerFile, wasmFile: resources.wasmFile }),
    transport: createTransport(network),
    proxyOf: url => network.proxyOf(url),
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
  safe: boolean;
  notices: string[];
}): ApiOutput<'app.info'> {
  return {
    version: app.resources.version,
    platform: process.platform,
    data_dir: app.dataDir,
    config_file: join(app.dataDir, 'parley.yaml'),
    gateway_url: app.gateway.address()?.url ?? null,
    gateway_error: app.gateway.error(),
    config_problem: app.config.problem(),
    safe_mode: app.safe,
    notices: app.notices,
  };
}
