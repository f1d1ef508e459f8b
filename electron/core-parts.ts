import { readAbilities } from './api/chat-request.ts';
import { createChatRunner } from './api/chat-runner.ts';
import type { EventHub } from './api/event-hub.ts';
import type { ConfigFile } from './config/config-file.ts';
import type { ScriptApprovals } from './config/script-approvals.ts';
import type { BackendLine } from './engine/backend-registry.ts';
import { createEngineLog } from './logs/engine-log.ts';
import { createEngine } from './engine/create-engine.ts';
import type { EngineControl } from './engine/create-engine.ts';
import type { Keychain } from './engine/keys/keychain.ts';
import { noGrants } from './engine/script-grants.ts';
import { createScriptHost } from './engine/lua/script-host.ts';
import { createNetwork } from './engine/network/create-network.ts';
import type { Network } from './engine/network/create-network.ts';
import type { ScriptLibrary } from './engine/script-library.ts';
import { createTextCounter } from './engine/text-counter.ts';
import { createTransport } from './engine/transport.ts';
import type { LogFile } from './logs/log-file.ts';
import type { Resources } from './resources.ts';
import type { ScriptLog } from './logs/script-log.ts';
import type { Store } from './store/open-store.ts';
import type { CallWatchers } from './watch-calls.ts';

/** Answers chats: the engine's calls, written into the store, told to the page. */
export function openRunner(parts: {
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

/** The way out, as parley.yaml's `network` has it; Parley's own demo is reached without a proxy. */
export function openNetwork(parts: {
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

/** The engine with everything it reaches handed to it. */
export function openEngine(parts: {
  network: Network;
  config: ConfigFile;
  keychain: Keychain;
  library: ScriptLibrary;
  approvals: ScriptApprovals;
  demo: { url: string };
  resources: Resources;
  env: Record<string, string | undefined>;
  watchers: CallWatchers;
  logs: { log: LogFile; scriptLog: ScriptLog };
}): EngineControl {
  const { network, config, keychain, library, approvals, demo, resources, env, watchers, logs } = parts;
  return createEngine({
    config: () => config.current(),
    builtInBackends: () => [demoBackend(demo.url)],
    library,
    host: createScriptHost({ workerFile: resources.luaWorkerFile, wasmFile: resources.wasmFile }),
    transport: createTransport(network),
    texts: createTextCounter(resources.tokenWorkerFile),
    proxyOf: url => network.proxyOf(url),
    keychain,
    env,
    grantsOf: async (type, sha256) => (await approvals.grantsOf(type, sha256)) ?? noGrants,
    approvedSource: async type => (await approvals.get(type))?.source ?? null,
    callLog: watchers.log,
    onAttempt: attempt => watchers.attempted(attempt),
    watch: watchers.watch,
    refuse: watchers.refuse,
    log: createEngineLog(logs.log, logs.scriptLog, () => config.current().llm.log_scripts),
  });
}

/** ELIZA answers without any key, so that a newcomer has somebody to talk to. */
function demoBackend(url: string): BackendLine {
  return { name: 'eliza', type: 'eliza', url, priority: 1_000_000, enabled: true, demo: true };
}
