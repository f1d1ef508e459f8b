import type { Message as WireMessage, ToolCall } from 'ollama';

import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { AttachmentBlock, Message, ToolResultBlock, ToolUseBlock } from '../../contract/message.ts';
import type { ChatRequest } from '../../contract/request.ts';
import type { Warn } from '../dialect.ts';

/**
 * Names of the calls made so far by id: results name their tool, and not all formats that may have been spoken before
 * do. A later call may have the id of an earlier one.
 */
type CallNames = Map<string, string>;

/** Ids of calls are newer (0.13) than what Ollama's library knows. */
type WithId<T> = T & { tool_call_id?: string };

type Encoding = { names: CallNames; warn: Warn };

/** Our messages as Ollama's; one of ours can become several, because tool results are messages of their own there. */
export function encodeMessages(request: ChatRequest, warn: Warn): JsonObject[] {
  const encoding: Encoding = { names: new Map(), warn };
  const { system } = request;
  const messages = request.messages.flatMap(message => {
    noteCalls(message, encoding.names);
    return message.role === 'user' ? encodeUser(message, encoding) : encodeAssistant(message);
  });
  return system === undefined ? messages : [encodeSystem(system), ...messages];
}

function encodeSystem(content: string): JsonObject {
  return { role: 'system', content } satisfies WireMessage;
}

function noteCalls(message: Message, names: CallNames): void {
  for (const block of message.content) if (block.type === 'tool_use') names.set(block.id, block.name);
}

function encodeUser(message: Message, { names, warn }: Encoding): JsonObject[] {
  const results = message.content.filter(block => block.type === 'tool_result');
  const texts: string[] = [];
  const images: string[] = [];
  const attach = (block: AttachmentBlock): void => {
    if ((block.detail ?? 'auto') !== 'auto') warn('detail');
    const { text, image } = encodeAttachment(block);
    if (text !== undefined) texts.push(text);
    if (image !== undefined) images.push(image);
  };
  // Templates show images only of user messages: what else a result holds goes after it.
  for (const result of results) {
    const attachments = result.content.filter(block => block.type === 'attachment');
    if (attachments.length > 0) texts.push(`From the result of tool call ${result.tool_use_id}:`);
    attachments.forEach(attach);
  }
  for (const block of message.content) {
    if (block.type === 'text') texts.push(block.text);
    else if (block.type === 'attachment') attach(block);
  }
  const messages = results.map(result => encodeResult(result, names));
  // An empty message stays one: the upstream may judge it, a turn that vanished would be a riddle.
  if (texts.length > 0 || images.length > 0 || results.length === 0) {
    const content = texts.join('\n');
    messages.push({ role: 'user', content, ...(images.length > 0 && { images }) } satisfies WireMessage);
  }
  return messages;
}

function encodeResult(result: ToolResultBlock, names: CallNames): JsonObject {
  const texts = result.content.flatMap(block => (block.type === 'text' ? [block.text] : []));
  let content = texts.join('\n');
  if (content === '' && result.content.length > 0) content = 'The result is attached to the next message.';
  // Ollama has no field for a failed call.
  if (result.is_error && !/^error/i.test(content)) content = `Error: ${content}`;
  const name = result.name ?? names.get(result.tool_use_id);
  return {
    role: 'tool',
    ...(name !== undefined && { tool_name: name }),
    tool_call_id: result.tool_use_id,
    content,
  } satisfies WithId<WireMessage>;
}

/** Throws AppError `unsupported_modality` for what Ollama has no field for, and for what would have to be fetched. */
function encodeAttachment(block: AttachmentBlock): { text?: string; image?: string } {
  const { media_type, source, name } = block;
  if (source.type === 'url') {
    throw new AppError(
      'unsupported_modality',
      'Ollama takes images only as data, not by their address, and Parley fetches nothing. Send the image itself as base64.',
    );
  }
  if (media_type.startsWith('image/')) return { image: source.data };
  if (media_type.startsWith('text/') || media_type === 'application/json') {
    const text = Buffer.from(source.data, 'base64').toString('utf8');
    return { text: name === undefined ? text : `${name}:\n${text}` };
  }
  throw new AppError(
    'unsupported_modality',
    `Ollama takes images and text, not ${media_type}. Leave the file out, or pick another model.`,
  );
}

function encodeAssistant(message: Message): JsonObject[] {
  const join = (type: 'text' | 'thinking'): string =>
    message.content.flatMap(block => (block.type === type ? [block.text] : [])).join('');
  const content = join('text');
  const thinking = join('thinking');
  const calls = message.content.filter(block => block.type === 'tool_use');
  if (content === '' && thinking === '' && calls.length === 0) return [];
  const said = {
    role: 'assistant',
    content,
    // Templates take what they want of it: gpt-oss needs it between its calls.
    ...(thinking !== '' && { thinking }),
  } satisfies WireMessage;
  return [calls.length === 0 ? said : { ...said, tool_calls: calls.map(encodeToolUse) }];
}

function encodeToolUse(block: ToolUseBlock): JsonObject {
  // Ollama refuses arguments that are no object; this way the model sees what it wrote.
  const args = isJsonObject(block.input) ? block.input : { arguments: block.input };
  return { id: block.id, function: { name: block.name, arguments: args } } satisfies ToolCall & {
    id: string;
  };
}
