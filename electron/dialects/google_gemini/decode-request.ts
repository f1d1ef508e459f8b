import type { Json, JsonObject } from '../../contract/json.ts';
import type { Block, Message } from '../../contract/message.ts';
import type { ChatRequest } from '../../contract/request.ts';
import type { DecodedRequest, RouteMatch } from '../dialect.ts';
import {
  invalidField,
  isEmpty,
  isMissing,
  optionalList,
  optionalString,
  readList,
} from '../request-fields.ts';
import { readMembers } from './camel-members.ts';
import { decodeOptions } from './decode-options.ts';
import { decodePart, decodeTexts } from './decode-parts.ts';
import type { CallBook } from './decode-parts.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { readRoute } from './read-request.ts';
import { refuseUnsupported } from './unsupported-fields.ts';

/** Only asked for where the body's bytes cannot pass as they are. Usage is always part of Gemini's answers. */
export function decodeRequest(raw: JsonObject, route?: RouteMatch): DecodedRequest {
  const { model, stream } = readRoute(route);
  const body = readMembers(raw, '');
  refuseUnsupported(body);
  const { choice, allowed, others: toolConfig } = decodeToolChoice(body);
  const { tools, native } = decodeTools(body, allowed);
  const { options, others: generationConfig } = decodeOptions(body);
  const extra = readExtra(body, { generationConfig, tools: native, toolConfig });
  const system = isMissing(body['systemInstruction'])
    ? ''
    : decodeTexts(body['systemInstruction'], 'systemInstruction');
  const request: ChatRequest = {
    ...(system !== '' && { system }),
    messages: decodeContents(readList(body['contents'], 'contents')),
    ...(tools && { tools }),
    ...(choice && { tool_choice: choice }),
    options,
    stream,
    ...(extra && { extra }),
  };
  return { model, request, wants_usage: true };
}

const decodedFields: ReadonlySet<string> = new Set([
  'model',
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
]);

/** Of these an empty value asks for nothing. */
const emptyFields: ReadonlySet<string> = new Set(['cachedContent', 'labels', 'safetySettings']);

/** What only Gemini knows: safety settings, its own tools, and what is left of the fields that were understood. */
function readExtra(
  body: JsonObject,
  left: Record<'generationConfig' | 'tools' | 'toolConfig', Json | undefined>,
): JsonObject | undefined {
  const unknown = Object.entries(body).filter(
    ([name, value]) =>
      !decodedFields.has(name) && !(emptyFields.has(name) ? isEmpty(value) : isMissing(value)),
  );
  const entries = [...unknown, ...Object.entries(left)].flatMap(([name, value]): [string, Json][] =>
    value === undefined ? [] : [[name, value]],
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function decodeContents(list: Json[]): Message[] {
  if (list.length === 0) throw invalidField('contents', 'a list with at least one content');
  const book: CallBook = { ids: new Set(), open: [] };
  const messages: Message[] = [];
  for (const [index, value] of list.entries()) {
    const path = `contents[${index}]`;
    const members = readMembers(value, path);
    const parts = optionalList(members, 'parts', path) ?? [];
    const role = decodeRole(optionalString(members, 'role', path), `${path}.role`);
    const content = parts.flatMap((part, position) => decodePart(part, `${path}.parts[${position}]`, book));
    const last = messages.at(-1);
    // Google's own client keeps each event of a streamed answer as a content of its own.
    if (role === 'assistant' && last?.role === role) last.content = joinPieces(last.content, content);
    else messages.push({ role, content: joinPieces([], content) });
  }
  return messages;
}

/** Blocks with those that follow them; the pieces of one thought, of which only the last is signed, are one again. */
function joinPieces(before: Block[], after: Block[]): Block[] {
  const joined = [...before];
  for (const [index, block] of after.entries()) {
    const last = joined.at(-1);
    const isPiece = block.type === 'thinking' || (block.type === 'text' && index === 0);
    if (isPiece && last?.type === block.type && last.signature === undefined)
      joined[joined.length - 1] = { ...block, text: last.text + block.text };
    else joined.push(block);
  }
  return joined;
}

function decodeRole(role: string | undefined, path: string): Message['role'] {
  switch (role) {
    case undefined:
    case '':
    case 'user':
    // Results of functions had a role of their own once.
    case 'function':
      return 'user';
    case 'model':
      return 'assistant';
    default:
      throw invalidField(path, 'user or model');
  }
}
