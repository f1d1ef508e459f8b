import type { Json, JsonObject } from '../../contract/json.ts';
import type { AttachmentBlock, Block, Message, TextBlock, ToolUseBlock } from '../../contract/message.ts';
import { decodeArguments } from '../call-arguments.ts';
import { readAttachmentUrl, readBase64 } from '../data-url.ts';
import {
  invalidField,
  optionalList,
  optionalString,
  readName,
  readObject,
  readString,
} from '../request-fields.ts';

type Decoded = { system?: string; messages: Message[] };

/** The calls of a conversation by id. Most tools write no ids, then results answer the calls in order. */
type CallBook = { names: Map<string, string>; open: { id: string; name: string }[] };

export function decodeMessages(list: Json[]): Decoded {
  if (list.length === 0) throw invalidField('messages', 'a list with at least one message');
  const system: string[] = [];
  const messages: Message[] = [];
  const book: CallBook = { names: new Map(), open: [] };
  for (const [index, value] of list.entries()) {
    const path = `messages[${index}]`;
    const message = readObject(value, path);
    switch (readString(message, 'role', path)) {
      case 'system':
      case 'developer':
        system.push(optionalString(message, 'content', path) ?? '');
        break;
      case 'user':
        messages.push({ role: 'user', content: decodeContent(message, path) });
        break;
      case 'assistant':
        messages.push({ role: 'assistant', content: decodeAssistant(message, path, book) });
        break;
      case 'tool':
        pushResult(messages, decodeResult(message, path, book));
        break;
      default:
        throw invalidField(`${path}.role`, 'one of system, user, assistant, tool');
    }
  }
  const said = system.filter(text => text !== '').join('\n\n');
  return { ...(said !== '' && { system: said }), messages };
}

/** Results of calls made together travel in one message. */
function pushResult(messages: Message[], result: Block): void {
  const last = messages.at(-1);
  const isOpen = last?.role === 'user' && last.content.every(block => block.type === 'tool_result');
  if (isOpen && last.content.length > 0) last.content.push(result);
  else messages.push({ role: 'user', content: [result] });
}

/** Images stand before the text, where Ollama's own templates put them. */
function decodeContent(message: JsonObject, path: string): (TextBlock | AttachmentBlock)[] {
  const images = optionalList(message, 'images', path) ?? [];
  const text = optionalString(message, 'content', path) ?? '';
  return [
    ...images.map((image, index) => decodeImage(image, `${path}.images[${index}]`)),
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
  ];
}

function decodeImage(image: Json, path: string): AttachmentBlock {
  if (typeof image !== 'string') throw invalidField(path, 'base64 text');
  const source = /^data:/i.test(image)
    ? readAttachmentUrl(image, 'image/png')
    : readBase64(image, 'image/png');
  if (source?.source.type === 'base64') return { type: 'attachment', ...source };
  throw invalidField(path, 'base64 text; Ollama takes no addresses, so send the image itself');
}

function decodeAssistant(message: JsonObject, path: string, book: CallBook): Block[] {
  const thinking = optionalString(message, 'thinking', path);
  const calls = optionalList(message, 'tool_calls', path) ?? [];
  return [
    ...(thinking ? [{ type: 'thinking' as const, text: thinking }] : []),
    ...decodeContent(message, path),
    ...calls.map((call, index) => decodeCall(call, `${path}.tool_calls[${index}]`, book)),
  ];
}

function decodeCall(value: Json, path: string, book: CallBook): ToolUseBlock {
  const call = readObject(value, path);
  const target = readObject(call['function'], `${path}.function`);
  const name = readName(target, 'name', `${path}.function`);
  const id = optionalString(call, 'id', path) || freeId(book);
  const signature = optionalString(call, 'signature', path);
  book.names.set(id, name);
  book.open.push({ id, name });
  return {
    type: 'tool_use',
    id,
    name,
    input: decodeArguments(target['arguments'], `${path}.function.arguments`, 'an object'),
    ...(signature !== undefined && { signature }),
  };
}

function freeId(book: CallBook): string {
  let count = book.names.size;
  while (book.names.has(`call_${count}`)) count += 1;
  return `call_${count}`;
}

function decodeResult(message: JsonObject, path: string, book: CallBook): Block {
  // The second name is older than the first.
  const said = optionalString(message, 'tool_name', path) ?? optionalString(message, 'name', path);
  const id = optionalString(message, 'tool_call_id', path) || findOpenCall(book, said);
  book.open = book.open.filter(call => call.id !== id);
  const name = said || book.names.get(id);
  return {
    type: 'tool_result',
    tool_use_id: id,
    ...(name !== undefined && { name }),
    content: decodeContent(message, path),
  };
}

/** The oldest call without a result, of the tool named where one is. */
function findOpenCall(book: CallBook, name: string | undefined): string {
  const call = name ? book.open.find(open => open.name === name) : book.open[0];
  return call?.id ?? `call_${name || 'unknown'}`;
}
