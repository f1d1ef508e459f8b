import type { Part } from '@google/genai';

import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { AttachmentBlock, Block, TextBlock, ToolResultBlock } from '../../contract/message.ts';
import { readBase64 } from '../data-url.ts';
import {
  invalidField,
  optionalList,
  optionalObject,
  optionalString,
  readName,
  readString,
} from '../request-fields.ts';
import { optionalMembers, readMembers } from './camel-members.ts';
import { decodeSignature } from './signature.ts';

/** The calls of a conversation. Many tools write no ids, then results answer the calls in order. */
export type CallBook = { ids: Set<string>; open: { id: string; name: string }[] };

/** Parts of a `content`; [] for one that says nothing. */
export function decodePart(value: Json, path: string, book: CallBook): Block[] {
  const part = readMembers(value, path);
  const wire = optionalString(part, 'thoughtSignature', path);
  const signature = wire ? { signature: decodeSignature(wire) } : {};
  const call = optionalMembers(part, 'functionCall', path);
  if (call) return [{ ...decodeCall(call, `${path}.functionCall`, book), ...signature }];
  const response = optionalMembers(part, 'functionResponse', path);
  if (response) return [decodeResponsePart(response, `${path}.functionResponse`, book)];
  const attachment = decodeAttachment(part, path);
  if (attachment) return [attachment];
  const text = optionalString(part, 'text', path) ?? describeNativePart(part);
  if (text === undefined && !wire) {
    throw invalidField(path, 'text, inlineData, fileData, functionCall or functionResponse');
  }
  // An empty text is no block: several vendors refuse them.
  if (!text && !wire) return [];
  return [{ type: part['thought'] === true ? 'thinking' : 'text', text: text ?? '', ...signature }];
}

/** What Google's own tools were asked and found, as text for other models; undefined for any other part. */
const nativeParts = [
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
] as const satisfies (keyof Part)[];

function describeNativePart(part: JsonObject): string | undefined {
  const name = nativeParts.find(each => isJsonObject(part[each]));
  return name && `[${name}: ${JSON.stringify(part[name])}]`;
}

function decodeCall(call: JsonObject, path: string, book: CallBook) {
  const name = readName(call, 'name', path);
  const id = optionalString(call, 'id', path) || freeId(book);
  book.ids.add(id);
  book.open.push({ id, name });
  return { type: 'tool_use' as const, id, name, input: optionalObject(call, 'args', path) ?? {} };
}

function freeId(book: CallBook): string {
  let count = book.ids.size;
  while (book.ids.has(`call_${count}`)) count += 1;
  return `call_${count}`;
}

function decodeResponsePart(response: JsonObject, path: string, book: CallBook): ToolResultBlock {
  const name = readName(response, 'name', path);
  const said = optionalString(response, 'id', path);
  const id = said || (book.open.find(call => call.name === name)?.id ?? `call_${name}`);
  book.open = book.open.filter(call => call.id !== id);
  const { text, isError } = decodeResult(optionalObject(response, 'response', path) ?? {});
  const content: (TextBlock | AttachmentBlock)[] = text === '' ? [] : [{ type: 'text', text }];
  for (const [index, value] of (optionalList(response, 'parts', path) ?? []).entries()) {
    const partPath = `${path}.parts[${index}]`;
    const attachment = decodeAttachment(readMembers(value, partPath), partPath);
    if (!attachment) throw invalidField(partPath, 'inlineData or fileData');
    content.push(attachment);
  }
  return { type: 'tool_result', tool_use_id: id, name, content, ...(isError && { is_error: true }) };
}

/** `output` and `error` are Google's names for a result that is no object itself. */
function decodeResult(response: JsonObject): { text: string; isError: boolean } {
  const [[name, value] = [], ...others] = Object.entries(response);
  if (name === undefined) return { text: '', isError: false };
  const isWrapped = others.length === 0 && (name === 'output' || name === 'error');
  if (!isWrapped) return { text: JSON.stringify(response), isError: false };
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { text, isError: name === 'error' };
}

function decodeAttachment(part: JsonObject, path: string): AttachmentBlock | undefined {
  const inline = optionalMembers(part, 'inlineData', path);
  if (inline) {
    const dataPath = `${path}.inlineData`;
    const declared = readName(inline, 'mimeType', dataPath);
    const source = readBase64(readString(inline, 'data', dataPath), declared);
    if (!source) throw invalidField(`${dataPath}.data`, 'base64 text');
    return { type: 'attachment', ...source, ...nameOf(inline, dataPath) };
  }
  const file = optionalMembers(part, 'fileData', path);
  if (!file) return undefined;
  const url = readName(file, 'fileUri', `${path}.fileData`);
  const media_type = optionalString(file, 'mimeType', `${path}.fileData`) || guessType(url);
  return {
    type: 'attachment',
    media_type,
    source: { type: 'url', url },
    ...nameOf(file, `${path}.fileData`),
  };
}

function nameOf(data: JsonObject, path: string): { name?: string } {
  const name = optionalString(data, 'displayName', path);
  return name ? { name } : {};
}

function guessType(url: string): string {
  return /youtu\.?be/.test(url) ? 'video/*' : 'image/*';
}

/** Text of a content that takes only text: the system instruction. */
export function decodeTexts(value: Json, path: string): string {
  if (typeof value === 'string') return value;
  const content = readMembers(value, path);
  const parts = content['parts'] ?? [];
  const list = Array.isArray(parts) ? parts : [parts];
  return list
    .map((part, index) => {
      if (isJsonObject(part)) return readString(part, 'text', `${path}.parts[${index}]`);
      throw invalidField(`${path}.parts[${index}]`, 'an object');
    })
    .join('\n');
}
