import type { CallWatch } from '../contract/call-watch.ts';
import { AppError, toAppError } from '../contract/errors.ts';
import type { JsonObject } from '../contract/json.ts';
import type { DialectName } from '../contract/models.ts';
import type { ChatRequest } from '../contract/request.ts';
import type { Dialect, RouteMatch } from '../dialects/dialect.ts';
import { getDialect } from '../dialects/registry.ts';
import { askJson } from './ask-json.ts';
import type { CallContext, Plan, Target } from './engine.ts';
import { estimateTexts, estimateTokens } from './estimate-tokens.ts';
import type { OpenTarget } from './routing/open-target.ts';
import type { TextCounter } from './text-counter.ts';
import type { Transport } from './transport.ts';
import { watchTransport } from './watch-transport.ts';

/** A tool's request for a count, in the dialect it speaks. */
export type CountAsked = { dialect: DialectName; body: JsonObject; route?: RouteMatch | undefined };

export type TokenCount = {
  target: Target;
  tokens: number;
  origin: 'reported' | 'estimated';
  /** The upstream's own answer, where it speaks the tool's dialect. */
  body?: JsonObject;
};

export type TokenCounter = (plan: Plan, asked: CountAsked, context: CallContext) => Promise<TokenCount>;

type CounterDeps = {
  open(candidate: Plan['candidates'][0], spoken: DialectName): Promise<OpenTarget>;
  transport: Transport;
  /** Watches what is sent to upstreams, and what they answer. */
  watch?: Pick<CallWatch, 'sent'> | undefined;
  texts: Pick<TextCounter, 'count'>;
  /** Milliseconds that only ever grow. */
  now(): number;
};

/** A tool waits for the count before it asks: an estimate now is better than the truth later. */
const patienceMs = 5_000;
/** How long an upstream that cannot count is not asked again. */
const rememberMs = 10 * 60_000;

/**
 * Counts a request's tokens: by the first candidate's own counting where it has one, else by an estimate. Throws what a
 * person has to mend: a request that is wrong, a key that is missing or refused. Not a call, as nobody answers.
 */
export function createTokenCounter(deps: CounterDeps): TokenCounter {
  const cannotCount = new Map<string, number>();
  return async (plan, asked, context) => {
    const opened = await deps.open(plan.candidates[0], asked.dialect);
    const { target } = opened;
    const key = `${target.backend} ${target.dialect} ${target.model}`;
    if ((cannotCount.get(key) ?? -Infinity) > deps.now()) return estimate(target, asked, deps);
    const release = opened.backend.lease();
    try {
      const exact = await askUpstream(opened, asked, context, deps);
      if (exact) return exact;
    } catch (error) {
      const known = context.signal.aborted
        ? new AppError('cancelled', 'The call was stopped.')
        : toAppError(error);
      if (!isWorthAnEstimate(known, target.dialect === asked.dialect)) throw known;
      if (isMissing(known)) cannotCount.set(key, deps.now() + rememberMs);
    } finally {
      release();
    }
    return estimate(target, asked, deps);
  };
}

/** Undefined where the upstream's dialect has no counting. */
async function askUpstream(
  opened: OpenTarget,
  asked: CountAsked,
  context: CallContext,
  { transport, watch }: CounterDeps,
): Promise<TokenCount | undefined> {
  const { target } = opened;
  const upstream = getDialect(target.dialect);
  const client = upstream.counting?.client;
  if (!client) return undefined;
  const isNative = target.dialect === asked.dialect;
  let key: string | null = null;
  const to = { number: 1, backend: target.backend, model: target.model };
  const { call_id: id } = context;
  const watched =
    watch && id !== undefined
      ? watchTransport(transport, request => watch.sent(id, to, { ...request, key }))
      : transport;
  const answer = await askJson(
    opened,
    {
      path: client.path(target.model),
      body: isNative
        ? client.rewrite(asked.body, target.model)
        : client.encodeRequest(translate(opened, asked, upstream), target.model),
      headers: isNative ? context.headers : undefined,
      callKey: context.api_key,
      timeout_ms: Math.min(patienceMs, opened.backend.timeout_ms),
      signal: context.signal,
      onSend(built) {
        ({ key } = built);
      },
    },
    watched,
  );
  if (answer.type === 'bad') throw answer.error;
  const tokens = client.decodeResponse(answer.body);
  if (tokens === undefined) return undefined;
  return { target, tokens, origin: 'reported', ...(isNative && { body: answer.body }) };
}

function translate({ target, facts }: OpenTarget, asked: CountAsked, upstream: Dialect): JsonObject {
  const { extra: _extra, ...request } = readWords(asked);
  const model = { id: target.model, ...(facts?.reasoning !== undefined && { reasoning: facts.reasoning }) };
  return upstream.client.encodeRequest({ ...request, stream: false }, model);
}

/** The request in our own words. Throws AppError `invalid_request`. */
function readWords({ dialect, body, route }: CountAsked): ChatRequest {
  const { server, counting } = getDialect(dialect);
  const counted = counting?.server.readRequest(body, route) ?? body;
  const { request } = server.decodeRequest(counted, route);
  return server.forOthers?.(request) ?? request;
}

async function estimate(
  target: Target,
  asked: CountAsked,
  { texts }: Pick<CounterDeps, 'texts'>,
): Promise<TokenCount> {
  const counted: Omit<TokenCount, 'tokens'> = { target, origin: 'estimated' };
  let request: ChatRequest;
  try {
    request = readWords(asked);
  } catch (error) {
    // What only its own vendor understands cannot be wrong for a target that is asked in it.
    if (target.dialect !== asked.dialect) throw error;
    return { ...counted, tokens: await estimateTexts([JSON.stringify(asked.body)], target.model, texts) };
  }
  return { ...counted, tokens: await estimateTokens(request, target.model, texts) };
}

/** Whether an upstream's failure to count is its own matter. What it says of a request we translated is ours. */
function isWorthAnEstimate({ code, http_status: status = 0 }: AppError, isNative: boolean): boolean {
  switch (code) {
    case 'http_error':
      return status === 401 || status === 403 ? false : !isNative || ![400, 413, 422].includes(status);
    case 'upstream_unreachable':
    case 'upstream_timeout':
    case 'upstream_not_json':
    case 'incomplete_stream':
      return true;
    case 'invalid_request':
    case 'unsupported_modality':
      return !isNative;
    default:
      return false;
  }
}

/** It has no such address, or not for this model. */
function isMissing({ code, http_status: status = 0 }: AppError): boolean {
  return code === 'http_error' && (status < 400 || [404, 405, 501].includes(status));
}
