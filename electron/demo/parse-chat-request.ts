import { isJsonObject, type Json, type JsonObject } from '../contract/json.ts';
import type { Turn } from './eliza.ts';

/** The one model there is. */
export const elizaModel = 'eliza';

/** A request as it is refused, in OpenAI's terms. */
export type Refusal = {
  type: 'refused';
  status: number;
  error: { message: string; type: string; param: string | null; code: string | null };
};

export type ElizaRequest = {
  type: 'accepted';
  history: Turn[];
  /** Words in all messages, whoever wrote them. */
  prompt_tokens: number;
  /** Words the answer may have; null without a limit. */
  max_tokens: number | null;
  stream: boolean;
  include_usage: boolean;
};

/** Reads the body of a chat completion. What ELIZA has no use for (tools, temperature, …) is ignored, as upstreams do. */
export function parseChatRequest(text: string): ElizaRequest | Refusal {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return refuse(400, 'The body is not valid JSON. Send a JSON object with `model` and `messages`.');
  }
  if (!isJsonObject(body)) return refuse(400, 'The body must be a JSON object with `model` and `messages`.');
  return checkModel(body) ?? checkOptions(body) ?? readMessages(body);
}

/** Words of a text: ELIZA's tokens. */
export function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

export function refuse(status: number, message: string, details: Partial<Refusal['error']> = {}): Refusal {
  return {
    type: 'refused',
    status,
    error: { message, type: 'invalid_request_error', param: null, code: null, ...details },
  };
}

function checkModel(body: JsonObject): Refusal | undefined {
  if (typeof body.model !== 'string' || body.model === '') {
    return refuse(400, `The field \`model\` is missing. The only model here is \`${elizaModel}\`.`, {
      param: 'model',
    });
  }
  if (body.model === elizaModel) return undefined;
  return refuse(
    404,
    `The model \`${body.model.slice(0, 100)}\` does not exist. The only model here is \`${elizaModel}\`.`,
    {
      param: 'model',
      code: 'model_not_found',
    },
  );
}

function checkOptions(body: JsonObject): Refusal | undefined {
  if (body.n !== undefined && body.n !== null && body.n !== 1) {
    return refuse(400, 'ELIZA gives one answer at a time: `n` must be 1.', { param: 'n' });
  }
  for (const param of ['max_tokens', 'max_completion_tokens']) {
    const value = body[param] ?? 1;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
      return refuse(400, `\`${param}\` must be a whole number of at least 1.`, { param });
    }
  }
  if (body.stream !== undefined && body.stream !== null && typeof body.stream !== 'boolean') {
    return refuse(400, '`stream` must be true or false.', { param: 'stream' });
  }
  return undefined;
}

function readMessages(body: JsonObject): ElizaRequest | Refusal {
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0) {
    return refuse(400, '`messages` must be a list with at least one message.', { param: 'messages' });
  }
  const history: Turn[] = [];
  let prompt_tokens = 0;
  for (const [index, message] of messages.entries()) {
    if (!isJsonObject(message) || typeof message.role !== 'string') {
      return refuse(400, `\`messages[${index}]\` must be an object with a \`role\`.`, {
        param: `messages[${index}].role`,
      });
    }
    const text = readText(message.content);
    if (text === undefined) {
      const param = `messages[${index}].content`;
      return refuse(400, `\`${param}\` must be a text or a list of parts.`, { param });
    }
    prompt_tokens += countWords(text);
    // An image alone still says something: ELIZA answers that it cannot see.
    const said =
      text === '' && Array.isArray(message.content) && message.content.length > 0 ? 'an image' : text;
    if (message.role === 'user' || message.role === 'assistant')
      history.push({ role: message.role, text: said });
  }
  const limit = body.max_completion_tokens ?? body.max_tokens;
  return {
    type: 'accepted',
    history,
    prompt_tokens,
    max_tokens: typeof limit === 'number' ? limit : null,
    stream: body.stream === true,
    include_usage: isJsonObject(body.stream_options) && body.stream_options.include_usage === true,
  };
}

/** Undefined where it is nothing a message may hold; null and absent are fine beside tool calls. */
function readText(content: Json | undefined): string | undefined {
  if (content === undefined || content === null) return '';
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  return content
    .map(part => (isJsonObject(part) && typeof part.text === 'string' ? part.text : ''))
    .filter(text => text !== '')
    .join('\n');
}
