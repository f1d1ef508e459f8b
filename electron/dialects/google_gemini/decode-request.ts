import type { Json, JsonObject } from '../../contract/json.ts';
import type { Message } from '../../contract/message.ts';
import type { ChatRequest } from '../../contract/request.ts';
import type { DecodedRequest, RouteMatch } from '../dialect.ts';
import { invalidField, isMissing, optionalList, optionalString, readList } from '../request-fields.ts';
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
  const { choice, allowed } = decodeToolChoice(body);
  const tools = decodeTools(body, allowed);
  const { options, others } = decodeOptions(body);
  const extra = readExtra(body, others);
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

/** What only Gemini knows, the same in `generationConfig`: safety settings, media resolution. */
function readExtra(body: JsonObject, config: JsonObject | undefined): JsonObject | undefined {
  const entries = Object.entries(body).filter(([name]) => !decodedFields.has(name));
  if (config) entries.push(['generationConfig', config]);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function decodeContents(list: Json[]): Message[] {
  if (list.length === 0) throw invalidField('contents', 'a list with at least one content');
  const book: CallBook = { ids: new Set(), open: [] };
  return list.map((value, index) => {
    const path = `contents[${index}]`;
    const content = readMembers(value, path);
    const parts = optionalList(content, 'parts', path) ?? [];
    return {
      role: decodeRole(optionalString(content, 'role', path), `${path}.role`),
      content: parts.flatMap((part, position) => decodePart(part, `${path}.parts[${position}]`, book)),
    };
  });
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
