import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { BudgetDesk } from './api/budget-handlers.ts';
import type { EventHub } from './api/event-hub.ts';
import type { PriceDesk } from './api/price-handlers.ts';
import type { InspectorDesk } from './api/inspector-handlers.ts';
import { openBudgets } from './desks/budget-desk.ts';
import type { Budgets } from './desks/budget-desk.ts';
import type { ConfigFile } from './config/config-file.ts';
import { setPrice } from './config/edit-prices.ts';
import type { CallWatch } from './contract/call-watch.ts';
import type { Attempt, CallLog } from './contract/calls.ts';
import { AppError } from './contract/errors.ts';
import { isTemporary } from './contract/temporary-chat.ts';
import { createClientLimits } from './gateway/client-limits/client-limits.ts';
import type { ClientLimits } from './gateway/client-limits/client-limits.ts';
import { createCallArchive } from './gateway/inspector/call-archive.ts';
import type { CallArchive } from './gateway/inspector/call-archive.ts';
import { createInspector } from './gateway/inspector/inspector.ts';
import type { Inspector } from './gateway/inspector/inspector.ts';
import { replayCall } from './gateway/inspector/replay-call.ts';
import { showDetails } from './gateway/inspector/show-call.ts';
import type { BegunEntry } from './gateway/inspector/show-call.ts';
import { toCurl } from './gateway/inspector/to-curl.ts';
import { createCallMetrics } from './gateway/metrics/call-metrics.ts';
import type { CallMetrics, CircuitState } from './gateway/metrics/call-metrics.ts';
import { openCallSpans } from './gateway/metrics/call-spans.ts';
import type { CallSpans } from './gateway/metrics/call-spans.ts';
import type { Store } from './store/open-store.ts';

export type CallWatchersDeps = {
  store: Store;
  config: ConfigFile;
  dataDir: string;
  env: Readonly<Record<string, string | undefined>>;
  version: string;
  circuits: () => CircuitState[];
  /** Null where the gateway does not run. */
  gatewayUrl: () => string | null;
  hub: Pick<EventHub, 'emit'>;
  onProblem: (error: unknown) => void;
};

/** Everybody who wants to know of calls beside the ledger: the limits of keys, the inspector, metrics, and traces. */
export type CallWatchers = {
  /** The ledger, and all the others. */
  log: CallLog;
  watch: CallWatch;
  attempted(attempt: Attempt): void;
  limits: ClientLimits;
  /** Whether a call must not go to a backend. */
  refuse: Budgets['refuse'];
  metrics: CallMetrics;
  /** What the page does about calls. */
  desks: { inspector: InspectorDesk; budgets: BudgetDesk; prices: PriceDesk };
  /** Once no call runs any more. */
  close(): Promise<void>;
};

export function watchCalls(deps: CallWatchersDeps): CallWatchers {
  const { store, version, circuits } = deps;
  const inspector = createInspector();
  const metrics = createCallMetrics({ version, circuits });
  const archive = openArchive(deps);
  const spans = openSpans(deps);
  inspector.onChange(ids => deps.hub.emit('inspector.changed', { ids }));
  inspector.onEnd(entry => {
    // After the answer: formatting a call takes longer than everything else that is done with it.
    if (archive.isOn() || spans.opened())
      setImmediate(() => keepEnded(entry, { archive, spans: spans.opened(), onProblem: deps.onProblem }));
  });
  const limits = createClientLimits({
    verify: key => store.gatewayKeys.verify(key),
    named: name => store.gatewayKeys.named(name),
    used: (keyId, since) => store.keyUsage.total(keyId, since),
  });
  const budgets = openBudgets(deps);
  const logs: CallLog[] = [store.calls, inspector, metrics];
  return {
    log: {
      begin(start) {
        limits.begun(start.id);
        for (const log of logs) log.begin(start);
      },
      end(end) {
        for (const log of logs) log.end(end);
      },
    },
    watch: exceptTemporary(inspector),
    attempted(attempt) {
      inspector.attempted(attempt);
      metrics.attempted(attempt);
    },
    limits,
    refuse: budgets.refuse,
    metrics,
    desks: {
      inspector: openDesk(inspector, archive, deps.gatewayUrl),
      budgets: budgets.desk,
      prices: createPriceDesk(deps.config),
    },
    async close() {
      budgets.close();
      await nextTurn();
      await Promise.all([archive.close(), spans.close()]);
    },
  };
}

/** Nothing of what a temporary chat says is kept; that it called, and what it cost, is. */
function exceptTemporary(watch: CallWatch): CallWatch {
  const blind: ReturnType<CallWatch['sent']> = { head() {}, data() {}, end() {}, fail() {} };
  return {
    received: (id, request) => watch.received(id, request),
    sent: (id, to, request) => (isTemporary(id) ? blind : watch.sent(id, to, request)),
    aside: watch.aside,
  };
}

function openArchive({ dataDir, config, onProblem }: CallWatchersDeps): CallArchive {
  return createCallArchive({
    dir: join(dataDir, 'inspector'),
    settings: () => config.current().gateway.inspector,
    onProblem,
  });
}

/** OpenTelemetry is loaded beside everything else; calls that end meanwhile wait for it. */
function openSpans({ env, version, config, onProblem }: CallWatchersDeps): {
  opened(): Promise<CallSpans | undefined> | undefined;
  close(): Promise<void>;
} {
  const typeOf = (name: string): string | undefined =>
    config.current().llm.backends.find(backend => backend.name === name)?.type;
  let isOn = true;
  const opening = openCallSpans({ env, version, typeOf, onProblem })
    .catch((error: unknown) => {
      onProblem(error);
      return undefined;
    })
    .then(spans => {
      isOn = spans !== undefined;
      return spans;
    });
  return {
    opened: () => (isOn ? opening : undefined),
    async close() {
      await (await opening)?.close();
    },
  };
}

function keepEnded(
  entry: BegunEntry,
  kept: {
    archive: CallArchive;
    spans: Promise<CallSpans | undefined> | undefined;
    onProblem: (error: unknown) => void;
  },
): void {
  const { archive, spans, onProblem } = kept;
  try {
    if (archive.isOn()) archive.save(showDetails(entry));
  } catch (error) {
    onProblem(error);
  }
  spans?.then(opened => opened?.record(entry)).catch(onProblem);
}

function openDesk(
  inspector: Inspector,
  archive: CallArchive,
  gatewayUrl: () => string | null,
): InspectorDesk {
  return {
    list: filter => inspector.list(filter),
    get: async id => inspector.get(id) ?? (await archive.find(id)),
    toCurl(call, side) {
      const url = gatewayUrl();
      if (url !== null || side === 'sent') return toCurl(call, side, url ?? '');
      throw new AppError(
        'invalid_request',
        'The gateway does not run, so it has no address; start it first.',
      );
    },
    replay: id => replayCall(id, { inspector, gatewayUrl }),
  };
}

function createPriceDesk(config: ConfigFile): PriceDesk {
  return {
    async save(model, price) {
      await config.update(document => setPrice(document, model, price));
    },
    rules() {
      const { prices, aliases } = config.current().llm;
      return { prices, aliases };
    },
  };
}
