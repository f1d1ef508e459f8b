import { AppError, toAppError } from '../contract/errors.ts';
import type { JsonObject } from '../contract/json.ts';
import type { DialectName } from '../contract/models.ts';
import type { RouteMatch } from '../dialects/dialect.ts';
import type {
  EmbeddingAnswer,
  EmbeddingClient,
  EmbeddingRequest,
  EmbeddingServer,
} from '../dialects/embeddings.ts';
import { getDialect } from '../dialects/registry.ts';
import { askJson } from './ask-json.ts';
import type { JsonAnswer } from './ask-json.ts';
import { estimateTexts } from './estimate-tokens.ts';
import { stopped } from './routing/attempt.ts';
import type { AttemptAsked, AttemptFlow, AttemptHost } from './routing/attempt.ts';
import type { TextCounter } from './text-counter.ts';

/** A tool's request for vectors, in the dialect it speaks. */
export type EmbeddingAsked = {
  dialect: DialectName;
  server: EmbeddingServer;
  body: JsonObject;
  route?: RouteMatch | undefined;
};

export type EmbeddingResult = {
  /** As the tool gets it. */
  body: JsonObject;
  /** Fields of the request the upstream has no place for; they were left out. */
  warnings: readonly string[];
  /** Where the number of tokens in the answer comes from. */
  origin: 'reported' | 'estimated';
};

type CountingAttempt = AttemptAsked & { texts: Pick<TextCounter, 'count'> };
type Asking = CountingAttempt & {
  client: EmbeddingClient;
  signal: AbortSignal;
  host: AttemptHost;
  /** Status of the last answer, 0 where none came, and fields that were left out. */
  seen: { status: number; left_out: Set<string> };
};
type Embedded = EmbeddingResult & { model?: string | undefined; tokens?: number | undefined };

/** Asks one upstream for vectors, in as many requests as it takes. */
export function embed(
  attempt: CountingAttempt,
  asked: EmbeddingAsked,
  deliver: (result: EmbeddingResult) => void,
  host: AttemptHost,
): AttemptFlow {
  const release = attempt.backend.lease();
  const controller = new AbortController();
  const seen = { status: 0, left_out: new Set<string>() };
  let isDone = false;
  const finish = (report: () => void): void => {
    if (isDone) return;
    isDone = true;
    release();
    report();
  };
  const fail = (error: unknown): void => finish(() => host.fails(toAppError(error), seen.status));
  const succeed = ({ model, tokens, ...result }: Embedded): void =>
    finish(() => {
      host.begins();
      host.firstToken();
      deliver(result);
      const usage = tokens === undefined ? {} : { input_tokens: tokens };
      const isEstimated = result.origin === 'estimated';
      host.ends({
        status: 'ok',
        http_status: seen.status,
        model_answered: model,
        usage,
        is_estimated: isEstimated,
      });
    });
  void askForVectors({ ...attempt, signal: controller.signal, host, seen }, asked).then(succeed, fail);
  return {
    resume: () => undefined,
    abort() {
      controller.abort();
      fail(stopped());
    },
  };
}

async function askForVectors(
  asking: Omit<Asking, 'client'>,
  { dialect, server, body, route }: EmbeddingAsked,
): Promise<Embedded> {
  // Later than the caller's return, also where the request is wrong.
  await Promise.resolve();
  const client = clientOf(asking);
  const request = server.decodeRequest(body, route);
  const isNative = server.is_native && getDialect(dialect).embeddings?.client === client;
  if (!isNative) return translate({ ...asking, client }, server, request);
  const answer = await ask({ ...asking, client }, server.rewrite(body, asking.target.model), true);
  const decoded = client.decodeResponse(answer);
  const isFit = server.fits?.(answer, request) ?? true;
  return {
    body: isFit ? answer : server.encodeResponse(decoded, request),
    warnings: [...asking.seen.left_out],
    origin: 'reported',
    model: decoded.model,
    tokens: decoded.input_tokens,
  };
}

function clientOf({ target }: Pick<AttemptAsked, 'target'>): EmbeddingClient {
  const client = getDialect(target.dialect).embeddings?.client;
  if (client) return client;
  // Not the request's fault: behind an alias another target may have them.
  throw new AppError(
    'unknown_model',
    `${target.backend} speaks ${target.dialect}, which has no embeddings. Pick an embedding model of a backend that speaks OpenAI's format, Gemini's or Ollama's.`,
    { http_status: 400, body: { param: 'model' } },
  );
}

async function translate(
  asking: Asking,
  server: EmbeddingServer,
  request: EmbeddingRequest,
): Promise<Embedded> {
  const { client, target } = asking;
  const answers: EmbeddingAnswer[] = [];
  for (let start = 0; start < request.input.length; start += client.max_inputs) {
    const input = request.input.slice(start, start + client.max_inputs);
    const body = client.encodeRequest({ ...request, input }, target.model, field =>
      asking.seen.left_out.add(field),
    );
    const answer = await ask(asking, body, start === 0);
    answers.push(client.decodeResponse(answer));
  }
  const vectors = answers.flatMap(answer => answer.vectors);
  const reported = sumTokens(answers);
  const model = answers[0]?.model;
  const texts = request.input.filter(each => typeof each === 'string');
  const tokens = reported ?? (await estimateTexts(texts, target.model, asking.texts));
  return {
    body: server.encodeResponse(
      { vectors, input_tokens: tokens, ...(model !== undefined && { model }) },
      request,
    ),
    warnings: [...asking.seen.left_out],
    origin: reported === undefined ? 'estimated' : 'reported',
    model,
    tokens,
  };
}

/** Undefined where one answer does not say. */
function sumTokens(answers: readonly EmbeddingAnswer[]): number | undefined {
  let sum = 0;
  for (const { input_tokens: tokens } of answers) {
    if (tokens === undefined) return undefined;
    sum += tokens;
  }
  return sum;
}

/** Asks once, or a second time for less where the upstream does not know a part of the request. */
async function ask(asking: Asking, body: JsonObject, isFirst: boolean): Promise<JsonObject> {
  const { client, target, context, host, seen } = asking;
  let isTold = !isFirst;
  const send = async (sent: JsonObject): Promise<JsonAnswer> => {
    seen.status = 0;
    const answer = await askJson(
      asking,
      {
        path: client.path(target.model),
        body: sent,
        callKey: context.api_key,
        keyIndex: asking.key_index,
        signal: asking.signal,
        onSend(built) {
          for (const field of built.dropped) seen.left_out.add(field);
          if (!isTold) host.sends(built);
          isTold = true;
        },
      },
      asking.transport,
    );
    seen.status = answer.status;
    return answer;
  };
  const answer = await send(body);
  if (answer.type === 'good') return answer.body;
  const isWrong = answer.status === 400 || answer.status === 422;
  const simpler = isWrong ? client.simplify?.(body, answer.error.message) : undefined;
  if (!simpler) throw answer.error;
  const second = await send(simpler);
  if (second.type === 'bad') throw second.error;
  return second.body;
}
