import { finishReasonOf } from '../../contract/completion.ts';
import type { Completion } from '../../contract/completion.ts';
import type { Delta } from '../../contract/deltas.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { EncoderContext, StreamEncoder } from '../dialect.ts';
import { sseFrame } from '../sse.ts';
import { encodeError } from './encode-error.ts';
import { encodeUsage } from './encode-usage.ts';
import { encodeFinishReason } from './finish-reason.ts';

/** Only text has a place here: reasoning is left out. */
export function encodeTextResponse(completion: Completion, context: EncoderContext): JsonObject {
  const text = completion.blocks.flatMap(block => (block.block === 'text' ? [block.text] : [])).join('');
  const usage = encodeUsage(completion.usage);
  return {
    ...encodeHead(completion.id ?? context.id, completion.model ?? context.model, context.created),
    choices: [encodeChoice(text, encodeReason(completion))],
    ...(usage && { usage }),
  };
}

export function createTextEncoder(context: EncoderContext): StreamEncoder {
  const known = { id: context.id, model: context.model };
  let head = '';
  const write = (text: string, reason: Json): string => {
    if (head === '') head = openHead(encodeHead(known.id, known.model, context.created));
    // OpenAI announces the usage to come by a null in every chunk before it.
    const usage = context.wants_usage ? ',"usage":null' : '';
    return `data: ${head}"choices":[${JSON.stringify(encodeChoice(text, reason))}]${usage}}\n\n`;
  };
  const encode = (delta: Delta): string => {
    if (delta.type === 'message' && head === '') {
      known.id = delta.id ?? known.id;
      known.model = delta.model ?? known.model;
    }
    const isText = delta.type === 'block_delta' && delta.block === 'text';
    return isText && delta.delta ? write(delta.delta, null) : '';
  };
  return {
    encode,
    finish(completion) {
      const last = write('', encodeReason(completion));
      const usage = context.wants_usage ? encodeUsage(completion.usage) : undefined;
      const counted = usage ? `data: ${head}"choices":[],"usage":${JSON.stringify(usage)}}\n\n` : '';
      return `${last}${counted}data: [DONE]\n\n`;
    },
    fail: error => sseFrame(JSON.stringify(encodeError(error).body)),
  };
}

function encodeHead(id: string, model: string, created: number): JsonObject {
  return { id: id.replace(/^chatcmpl-/, 'cmpl-'), object: 'text_completion', created, model };
}

function openHead(head: JsonObject): string {
  return `${JSON.stringify(head).slice(0, -1)},`;
}

function encodeChoice(text: string, reason: Json): JsonObject {
  return { text, index: 0, logprobs: null, finish_reason: reason };
}

/** There are no tools here to call. */
function encodeReason(completion: Completion): Json {
  const reason = finishReasonOf(completion);
  return encodeFinishReason(reason === 'tool_use' ? 'stop' : reason);
}
