import type { Json, JsonObject } from '../../contract/json.ts';
import type { AttachmentBlock, Message, ToolResultBlock, ToolUseBlock } from '../../contract/message.ts';
import type { ChatRequest } from '../../contract/request.ts';

/** Our messages as OpenAI's; one of ours can become several, because tool results are messages of their own there. */
export function encodeMessages(request: ChatRequest): JsonObject[] {
  const system = request.system === undefined ? [] : [{ role: 'system', content: request.system }];
  return [
    ...system,
    ...request.messages.flatMap(message =>
      message.role === 'user' ? encodeUser(message) : encodeAssistant(message),
    ),
  ];
}

function encodeUser(message: Message): JsonObject[] {
  const results = message.content.filter(block => block.type === 'tool_result');
  // Tool messages must follow their call directly, and take only text: what else a result holds goes after them.
  const parts = results.flatMap(encodeResultAttachments);
  for (const block of message.content) {
    if (block.type === 'text') parts.push({ type: 'text', text: block.text });
    else if (block.type === 'attachment') parts.push(encodeAttachment(block));
  }
  const messages: JsonObject[] = results.map(encodeToolResult);
  // An empty message stays one: the upstream may judge it, a turn that vanished would be a riddle.
  if (parts.length > 0 || results.length === 0)
    messages.push({ role: 'user', content: simplifyParts(parts) });
  return messages;
}

/** A single text goes as a string, because not every server takes a list of parts. */
function simplifyParts(parts: JsonObject[]): Json {
  const [first] = parts;
  if (!first) return '';
  return parts.length === 1 && first['type'] === 'text' ? (first['text'] ?? '') : parts;
}

function encodeToolResult(result: ToolResultBlock): JsonObject {
  const texts = result.content.flatMap(block => (block.type === 'text' ? [block.text] : []));
  let content = texts.join('\n');
  if (content === '' && result.content.length > 0) content = 'The result is attached to the next message.';
  // OpenAI has no field for a failed call.
  if (result.is_error && !/^error/i.test(content)) content = `Error: ${content}`;
  return { role: 'tool', tool_call_id: result.tool_use_id, content };
}

function encodeResultAttachments(result: ToolResultBlock): JsonObject[] {
  const attachments = result.content.filter(block => block.type === 'attachment');
  if (attachments.length === 0) return [];
  const label = { type: 'text', text: `From the result of tool call ${result.tool_use_id}:` };
  return [label, ...attachments.map(encodeAttachment)];
}

function encodeAttachment(block: AttachmentBlock): JsonObject {
  const { media_type, source } = block;
  const url = source.type === 'url' ? source.url : `data:${media_type};base64,${source.data}`;
  if (media_type.startsWith('image/')) {
    return {
      type: 'image_url',
      image_url: { url, ...(block.detail !== undefined && { detail: block.detail }) },
    };
  }
  if (source.type === 'base64' && media_type.startsWith('audio/')) {
    // OpenAI names the format, wav or mp3, where others name the media type.
    const format = media_type === 'audio/mpeg' ? 'mp3' : media_type.slice('audio/'.length).replace(/^x-/, '');
    return { type: 'input_audio', input_audio: { data: source.data, format } };
  }
  if (source.type === 'base64' && media_type.startsWith('text/')) {
    // As a file only PDF is understood everywhere.
    const text = Buffer.from(source.data, 'base64').toString('utf8');
    return { type: 'text', text: block.name === undefined ? text : `${block.name}:\n${text}` };
  }
  // A URL as file_data is OpenRouter's extension; others refuse it in their own words.
  return { type: 'file', file: { filename: block.name ?? defaultName(media_type), file_data: url } };
}

function defaultName(mediaType: string): string {
  return mediaType === 'application/pdf' ? 'document.pdf' : 'attachment';
}

/** Thinking of earlier turns is left out: OpenAI's format has no place for it, and several servers refuse it. */
function encodeAssistant(message: Message): JsonObject[] {
  const text = message.content.flatMap(block => (block.type === 'text' ? [block.text] : [])).join('');
  const calls = message.content.filter(block => block.type === 'tool_use');
  if (text === '' && calls.length === 0) return [];
  const encoded: JsonObject = { role: 'assistant', content: text === '' ? null : text };
  if (calls.length > 0) encoded['tool_calls'] = calls.map(encodeToolUse);
  return [encoded];
}

function encodeToolUse(block: ToolUseBlock): JsonObject {
  // Arguments that were no JSON are kept as the text they were.
  const text = typeof block.input === 'string' ? block.input : JSON.stringify(block.input ?? {});
  return { id: block.id, type: 'function', function: { name: block.name, arguments: text } };
}
