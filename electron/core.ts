import { join } from 'node:path';

import { createApi } from './api/create-api.ts';
import type { Api } from './api/create-api.ts';
import { createHandlers } from './api/create-handlers.ts';
import type { DesktopDeps } from './api/desktop-handlers.ts';
import { createEventHub } from './api/event-hub.ts';
import { openChatDesks } from './desks/chat-desks.ts';
import type { EventHub } from './api/event-hub.ts';
import { openConfigFile } from './config/config-file.ts';
import { describeConfigProblem } from './config/config-problem.ts';
import type { ConfigFile } from './config/config-file.ts';
import { openScriptApprovals } from './config/script-approvals.ts';
import type { ScriptApprovals } from './config/script-approvals.ts';
import type { ApiOutput } from './contract/api.ts';
import type { UpdateDesk } from './contract/about-calls.ts';
import type { DesktopDesk } from './contract/desktop-calls.ts';
import { AppError, toErrorInfo } from './contract/errors.ts';
import { startEliza } from './demo/eliza-server.ts';
import type { EngineControl } from './engine/create-engine.ts';
import { openKeychain } from './engine/keys/keychain.ts';
import type { Network } from './engine/network/create-network.ts';
import { openScriptLibrary } from './engine/script-library.ts';
import type { ScriptLibrary } from './engine/script-library.ts';
import { createTransport } from './engine/transport.ts';
import type { CircuitState } from './gateway/metrics/call-metrics.ts';
import { fetchScript } from './edits/fetch-script.ts';
import { lookAround } from './desks/first-start.ts';
import { openGatewayDesks } from './desks/gateway-desks.ts';
import { openGatewayService } from './gateway-service.ts';
import type { GatewayAddress, GatewayOptions, GatewayService } from './gateway-service.ts';
import { openAbout } from './desks/open-about.ts';
import { openLogFile } from './logs/log-file.ts';
import type { LogFile } from './logs/log-file.ts';
import { openSafetyDesks } from './desks/open-settings.ts';
import { createProviderEdits } from './edits/provider-edits.ts';
import type { ScriptEdits } from './edits/provider-edits.ts';
import type { Resources } from './resources.ts';
import { createScriptLog } from './logs/script-log.ts';
import { openData } from './open-data.ts';
import type { Store } from './store/open-store.ts';
import { createStudioDesk } from './desks/studio-desk.ts';
import { watchCalls } from './watch-calls.ts';
import { watchScripts } from './watch-scripts.ts';
import { openEngine, openNetwork, openRunner } from './core-parts.ts';

export type CoreOptions = {
  /** As `resolveDataDir` made it. */
  dataDir: string;
  resources: Resources;
  env?: Record<string, string | undefined>;
  /** Where other programs keep their settings; the user's own home where left out. */
  homeDir?: string;
  /** Loads no script of the person's own. */
  safe?: boolean | undefined;
  /** What the desktop app does for its page; asked when the page asks. */
  desktop?: () => DesktopDesk | undefined;
  /** Newer versions, which only an installed app looks for. */
  updates?: UpdateDesk;
  /** Shows a folder where there is a desktop to show it on. */
  openFolder?: (path: string) => Promise<void>;
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
  gateway: Pick<GatewayService, 'address' | 'isPaused' | 'pause'>;
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
  const { library, approvals, userDir } = openScripts(dataDir, resources, safe);
  const demo = await startEliza();
  const circuits = (): CircuitState[] => engine?.circuits() ?? [];
  const gatewayUrl = (): string | null => gateway.address()?.url ?? null;
  const { version } = resources;
  const watchers = watchCalls({ store, config, dataDir, env, version, hub, circuits, gatewayUrl, onProblem });
  network = openNetwork({ config, keychain, dataDir, env, demo, onProblem });
  const logs = { log, scriptLog: createScriptLog(lines => hub.emit('scripts.logged', { lines })) };
  const parts = { config, keychain, library, approvals, env };
  engine = openEngine({ ...parts, network, demo, resources, watchers, logs });
  const runner = openRunner({ engine, store, hub, onProblem });
  const gateway = openGatewayService({ engine, watchers, config, resources, onProblem, api: () => api });
  const edits = createProviderEdits({ config, keychain, approvals, userDir, onChange: reload });
  const appInfo = (): ApiOutput<'app.info'> =>
    describeApp({ dataDir, resources, config, gateway, safe, notices: data.notices });
  const desks = openChatDesks({ engine, store, hub, config });
  const atGateway = openGatewayDesks({ gateway, config, homeDir: options.homeDir });
  follow = () => followGateway(gateway, hub, onProblem);
  const safety = openSafetyDesks({ dataDir, data, config, keychain, network, version, onChange: reload });
  const work = { engine, store, runner, hub, edits, version, appInfo, ...watchers.desks };
  const look = () => lookAround({ library, env });
  const atDesktop = openDesktopSide(options.desktop, network);
  const { updates, openFolder } = options;
  const about = openAbout({ dataDir, config, hub, updates, openFolder });
  const studio = createStudioDesk({ ...parts, ...logs, engine, edits, hub, onChange: reload });
  const own = { ...work, ...desks, ...atGateway, ...safety, ...atDesktop, studio, about, lookAround: look };
  const api = createApi(createHandlers(own), hub, onProblem);
  const scripts = watchScripts(userDir, reload);
  const stopCalls = store.calls.onChange(() => hub.emit('calls.changed', {}));
  return {
    api,
    engine,
    store,
    config,
    edits,
    gateway: tellPauses(gateway, hub),
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

/** Calls that only the desktop app answers, and those whose results it is asked for. */
function openDesktopSide(desktop: CoreOptions['desktop'], network: Network): DesktopDeps {
  const transport = createTransport(network);
  return { desktop: desktop ?? (() => undefined), fetchScript: url => fetchScript(url, transport) };
}

function followGateway(gateway: GatewayService, hub: EventHub, onProblem: (error: unknown) => void): void {
  void gateway
    .follow()
    .catch(onProblem)
    .then(() => hub.emit('app.changed', {}));
}

function tellPauses(gateway: GatewayService, hub: EventHub): Core['gateway'] {
  const pause: GatewayService['pause'] = paused =>
    gateway.pause(paused).finally(() => hub.emit('app.changed', {}));
  return { ...gateway, pause };
}

/** What goes wrong where nobody waits stands in the log, and is told in one sentence. */
function reportTo(log: LogFile, tell: CoreOptions['onProblem']): (error: unknown) => void {
  return error => {
    const { code, message } = toErrorInfo(error);
    log.write('error', `${code}: ${message}`);
    tell?.(error instanceof AppError ? error : new AppError(code, message, { cause: error }));
  };
}

function openScripts(
  dataDir: string,
  resources: Resources,
  safe: boolean,
): { library: ScriptLibrary; approvals: ScriptApprovals; userDir: string } {
  const userDir = join(dataDir, 'providers');
  const library = openScriptLibrary({ userDir, builtInDir: resources.providersDir, safe });
  return { library, approvals: openScriptApprovals(join(userDir, '.approved.json')), userDir };
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
