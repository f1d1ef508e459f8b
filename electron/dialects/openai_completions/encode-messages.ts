import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionContentPart,
  ChatCompletionToolMessageParam,
  ChatCompletionUserMessageParam,
} from 'openai/resources/chat/completions';

import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { AttachmentBlock, Message, ToolResultBlock, ToolUseBlock } from '../../contract/message.ts';
import type { ChatRequest } from '../../contract/request.ts';
import type { TargetModel, Warn } from '../dialect.ts';
import { unwrapFreeform } from '../freeform-text.ts';
import { encodeToolName } from '../tool-name.ts';
import type { Wire } from '../wire.ts';
import { readOwnMarks } from './cache-marks.ts';
import { encodeCallId } from './call-id.ts';
import { systemField } from './decode-messages.ts';
import { readToolKinds } from './native-tool.ts';
import type { ToolKinds } from './native-tool.ts';
import { reasoningFor } from './reasoning-field.ts';
import { writeThoughtSignature } from './thought-signature.ts';

type UserMessage = Wire<ChatCompletionUserMessageParam>;
type ToolMessage = Wire<ChatCompletionToolMessageParam>;
type AssistantMessage = Wire<ChatCompletionAssistantMessageParam>;
type Part = Wire<ChatCompletionContentPart>;

/** Our messages as OpenAI's; one of ours can become several, because tool results are messages of their own there. */
export function encodeMessages(request: ChatRequest, model: TargetModel, warn: Warn): JsonObject[] {
  const kinds = readToolKinds(request);
  return [
    ...encodeSystem(request),
    ...request.messages.flatMap((message): JsonObject[] =>
      message.role === 'user' ? encodeUser(message) : encodeAssistant(message, { model, kinds, warn }),
    ),
  ];
}

/** As one message, or as the messages it was written in where these say what of them is to be cached. */
function encodeSystem({ system, extra }: ChatRequest): JsonObject[] {
  const written = extra?.[systemField];
  if (Array.isArray(written)) return written.filter(message => isJsonObject(message));
  return system === undefined ? [] : [{ role: 'system', content: system }];
}

function encodeUser(message: Message): (UserMessage | ToolMessage)[] {
  const results = message.content.filter(block => block.type === 'tool_result');
  const marks = readOwnMarks(message);
  // Tool messages must follow their call directly, and take only text: what else a result holds goes after them.
  const parts: (Part & { cache_control?: Json })[] = results.flatMap(encodeResultAttachments);
  for (const [index, block] of message.content.entries()) {
    if (block.type !== 'text' && block.type !== 'attachment') continue;
    const part: Part = block.type === 'text' ? { type: 'text', text: block.text } : encodeAttachment(block);
    const mark = marks[String(index)];
    parts.push(mark === undefined ? part : { ...part, cache_control: mark });
  }
  const messages: (UserMessage | ToolMessage)[] = results.map(encodeToolResult);
  // An empty message stays one: the upstream may judge it, a turn that vanished would be a riddle.
  if (parts.length > 0 || results.length === 0)
    messages.push({ role: 'user', content: simplifyParts(parts) });
  return messages;
}

/** A single text goes as a string, because not every server takes a list of parts. */
function simplifyParts(parts: (Part & { cache_control?: Json })[]): UserMessage['content'] {
  const [first] = parts;
  if (!first) return '';
  const isPlain = parts.length === 1 && first.type === 'text' && first.cache_control === undefined;
  return isPlain ? first.text : parts;
}

function encodeToolResult(result: ToolResultBlock): ToolMessage {
  const texts = result.content.flatMap(block => (block.type === 'text' ? [block.text] : []));
  let content = texts.join('\n');
  if (content === '' && result.content.length > 0) content = 'The result is attached to the next message.';
  // OpenAI has no field for a failed call.
  if (result.is_error && !/^error/i.test(content)) content = `Error: ${content}`;
  return { role: 'tool', tool_call_id: encodeCallId(result.tool_use_id), content };
}

function encodeResultAttachments(result: ToolResultBlock): Part[] {
  const attachments = result.content.filter(block => block.type === 'attachment');
  if (attachments.length === 0) return [];
  const label: Part = {
    type: 'text',
    text: `From the result of tool call ${encodeCallId(result.tool_use_id)}:`,
  };
  return [label, ...attachments.map(encodeAttachment)];
}

function encodeAttachment(block: AttachmentBlock): Part {
  const { media_type, source } = block;
  const url = source.type === 'url' ? source.url : `data:${media_type};base64,${source.data}`;
  if (media_type.startsWith('image/')) {
    const detail = imageDetails.find(known => known === block.detail);
    return { type: 'image_url', image_url: { url, ...(detail && { detail }) } };
  }
  const format = audioFormat(media_type);
  if (source.type === 'base64' && format !== undefined) {
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

type ImagePart = Extract<Part, { type: 'image_url' }>;
type AudioFormat = Extract<Part, { type: 'input_audio' }>['input_audio']['format'];

const imageDetails: readonly NonNullable<ImagePart['image_url']['detail']>[] = [
  'low',
  'high',
  'auto',
  'original',
];

/** OpenAI names the format, where others name the media type. Compatible servers know more than its two. */
function audioFormat(mediaType: string): AudioFormat | undefined {
  if (!mediaType.startsWith('audio/')) return undefined;
  if (mediaType === 'audio/mpeg') return 'mp3';
  return mediaType.slice('audio/'.length).replace(/^x-/, '') as AudioFormat; // or one of other servers'
}

function defaultName(mediaType: string): string {
  return mediaType === 'application/pdf' ? 'document.pdf' : 'attachment';
}

type AssistantContext = { model: TargetModel; kinds: ToolKinds; warn: Warn };

function encodeAssistant(message: Message, { model, kinds, warn }: AssistantContext): AssistantMessage[] {
  const text = message.content.flatMap(block => (block.type === 'text' ? [block.text] : [])).join('');
  const calls = message.content.filter(block => block.type === 'tool_use');
  // What a model is told it showed can only be text here.
  if (message.content.some(block => block.type === 'attachment')) warn('attachments of the assistant');
  if (text === '' && calls.length === 0) return [];
  const thinking = message.content.filter(block => block.type === 'thinking');
  const encoded: AssistantMessage = {
    role: 'assistant',
    content: text === '' ? null : text,
    ...reasoningFor(model.id, thinking, calls.length > 0),
  };
  if (calls.length > 0) encoded.tool_calls = calls.map(call => encodeToolUse(call, model, kinds));
  return [encoded];
}

type WireCall = NonNullable<AssistantMessage['tool_calls']>[number];

function encodeToolUse(block: ToolUseBlock, model: TargetModel, kinds: ToolKinds): WireCall {
  const id = encodeCallId(block.id);
  if (kinds.custom.has(block.name)) {
    return { id, type: 'custom', custom: { name: block.name, input: unwrapFreeform(block.input) } };
  }
  // Arguments that were no JSON are kept as the text they were.
  const text = typeof block.input === 'string' ? block.input : JSON.stringify(block.input ?? {});
  // Only Google's servers know the field.
  const signed = model.id.includes('gemini') ? writeThoughtSignature(block.signature) : {};
  return {
    id,
    type: 'function',
    function: { name: encodeToolName(block.name), arguments: text },
    ...signed,
  };
}
