import { AppError } from '../../electron/contract/errors.ts';
import type { JsonObject } from '../../electron/contract/json.ts';
import type { DialectName } from '../../electron/contract/models.ts';
import type { Dialect } from '../../electron/dialects/dialect.ts';

/** A request of each format that asks for nothing beside an answer. */
export const plainBodies: Record<DialectName, JsonObject> = {
  openai_completions: { model: 'm', messages: [{ role: 'user', content: 'Hi' }] },
  openai_responses: { model: 'm', input: 'Hi' },
  anthropic_messages: { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] },
  google_gemini: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
  ollama_chat: { model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream: true },
};

export type AskedWith = {
  /** Why the request was refused, with the fields it names. */
  refused?: string;
  /** Fields the tool is told of as left out. */
  told: string[];
  sent: JsonObject;
};

/** A tool's body on its way to an upstream, as the gateway sends it. Throws what is no refusal. */
export function askWith(from: Dialect, body: JsonObject, to: Dialect, model = 'some-model'): AskedWith {
  const told: string[] = [];
  try {
    const { request } = from.server.decodeRequest(body, { params: { model: 'm' }, stream: true });
    const isForeign = from.name !== to.name;
    const { extra = {}, ...words } = isForeign ? (from.server.forOthers?.(request) ?? request) : request;
    if (isForeign) {
      told.push(...Object.keys(extra).filter(name => !from.server.understood_extra?.includes(name)));
    }
    const target = { id: model, reasoning: true };
    const sent = to.client.encodeRequest(isForeign ? words : request, target, field => told.push(field));
    return { told, sent };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid_request') throw error;
    return { refused: error.message, told, sent: {} };
  }
}
