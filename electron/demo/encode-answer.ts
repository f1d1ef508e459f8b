import type { JsonObject } from '../contract/json.ts';
import { countWords, elizaModel, type ElizaRequest } from './parse-chat-request.ts';

/** An answer cut to what the request allows. */
export type ElizaAnswer = {
  id: string;
  /** Unix time in seconds. */
  created: number;
  /** The words with the white space before them; joined they are the text. */
  words: string[];
  finish_reason: 'stop' | 'length';
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
};

/** Cuts a text to the request's limit and counts what is left. */
export function prepareAnswer(text: string, request: ElizaRequest, id: string, created: number): ElizaAnswer {
  const allowed = request.max_tokens ?? Number.POSITIVE_INFINITY;
  const words = (text.match(/\s*\S+/g) ?? []).slice(0, allowed);
  const { prompt_tokens } = request;
  return {
    id,
    created,
    words,
    finish_reason: countWords(text) > words.length ? 'length' : 'stop',
    usage: { prompt_tokens, completion_tokens: words.length, total_tokens: prompt_tokens + words.length },
  };
}

/** The whole answer as one body. */
export function encodeCompletion(answer: ElizaAnswer): JsonObject {
  return {
    id: answer.id,
    object: 'chat.completion',
    created: answer.created,
    model: elizaModel,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: answer.words.join(''), refusal: null },
        logprobs: null,
        finish_reason: answer.finish_reason,
      },
    ],
    usage: answer.usage,
  };
}

/** One event of a streamed answer: `delta` carries words, `finish_reason` closes it. */
export function encodeChunk(
  answer: ElizaAnswer,
  delta: JsonObject,
  finish_reason: ElizaAnswer['finish_reason'] | null,
  include_usage: boolean,
): JsonObject {
  const chunk = chunkHead(answer);
  const choices = [{ index: 0, delta, logprobs: null, finish_reason }];
  // As OpenAI does it: with usage asked for, every chunk but the last carries a null.
  return include_usage ? { ...chunk, choices, usage: null } : { ...chunk, choices };
}

/** The event after the last choice, for those who asked for usage. */
export function encodeUsageChunk(answer: ElizaAnswer): JsonObject {
  return { ...chunkHead(answer), choices: [], usage: answer.usage };
}

function chunkHead({ id, created }: ElizaAnswer): JsonObject {
  return { id, object: 'chat.completion.chunk', created, model: elizaModel };
}
