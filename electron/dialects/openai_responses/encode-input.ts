import type {
  ImageDetail,
  ResponseFunctionToolCall,
  ResponseInputAudio,
  ResponseInputContent,
  ResponseInputItem,
  ResponseReasoningItem,
} from 'openai/resources/responses/responses';

import type { JsonObject } from '../../contract/json.ts';
import type {
  AttachmentBlock,
  Block,
  Message,
  TextBlock,
  ThinkingBlock,
  ToolResultBlock,
  ToolUseBlock,
} from '../../contract/message.ts';
import type { Warn } from '../dialect.ts';
import { encodeToolName } from '../tool-name.ts';
import type { Wire } from '../wire.ts';
import { encodeCallId } from './call-id.ts';
import { nativeKinds } from './native-calls.ts';
import { namespaceField } from './native-tool.ts';
import type { NativeTool, ToolBook } from './native-tool.ts';
import { openReasoning, splitParts } from './reasoning-signature.ts';
import { openPhase } from './text-phase.ts';

export type InputContext = { tools: ToolBook; warn: Warn };

/** Our messages as items: calls, their results and reasoning stand beside the messages there, not in them. */
export function encodeInput(messages: Message[], context: InputContext): JsonObject[] {
  const calls: CallNames = new Map();
  return messages.flatMap(message =>
    message.role === 'user' ? encodeUser(message, context, calls) : encodeAssistant(message, context, calls),
  );
}

/** Names of the calls made so far, by id: what a result is written as depends on the tool. */
type CallNames = Map<string, string>;

function encodeUser(message: Message, { tools }: InputContext, calls: CallNames): JsonObject[] {
  const results = message.content.filter(block => block.type === 'tool_result');
  const content = message.content.flatMap(block =>
    block.type === 'text' || block.type === 'attachment' ? [encodePart(block)] : [],
  );
  const items: JsonObject[] = results.map(result =>
    encodeToolResult(result, tools.get(calls.get(result.tool_use_id) ?? result.name ?? '')),
  );
  // An empty message stays one: the upstream may judge it, a turn that vanished would be a riddle.
  if (content.length > 0 || results.length === 0) items.push({ type: 'message', role: 'user', content });
  return items;
}

function encodeAssistant(message: Message, { tools, warn }: InputContext, calls: CallNames): JsonObject[] {
  const items: JsonObject[] = [];
  let openText: { parts: JsonObject[]; phase: string | undefined } | undefined;
  for (const block of message.content) {
    if (block.type === 'text') {
      if (block.text === '') continue;
      const part = { type: 'output_text', text: block.text };
      const phase = openPhase(block.signature);
      if (openText && openText.phase === phase) {
        openText.parts.push(part);
        continue;
      }
      openText = { parts: [part], phase };
      items.push({ type: 'message', role: 'assistant', content: openText.parts, ...(phase && { phase }) });
      continue;
    }
    const item = encodeOther(block, tools, calls);
    if (item) items.push(item);
    if (item) openText = undefined;
    // What a model is told it showed can only be text here.
    else if (block.type === 'attachment') warn('attachments of the assistant');
  }
  // Reasoning is refused without what it led to, as after an answer that was stopped.
  while (items.at(-1)?.['type'] === 'reasoning') items.pop();
  return items;
}

function encodeOther(
  block: Exclude<Block, TextBlock>,
  tools: ToolBook,
  calls: CallNames,
): JsonObject | undefined {
  switch (block.type) {
    case 'thinking':
      return encodeThinking(block);
    case 'tool_use':
      calls.set(block.id, block.name);
      return encodeToolUse(block, tools.get(block.name));
    case 'attachment':
    case 'tool_result':
      return undefined;
  }
}

type ReasoningItem = Wire<Omit<ResponseReasoningItem, 'id'>> & { id?: string };

/** Only what this format's vendors encrypted themselves goes back: reasoning in plain words is refused. */
function encodeThinking({ text, signature }: ThinkingBlock): ReasoningItem | undefined {
  const seal = openReasoning(signature);
  if (!seal) return undefined;
  const pieces = splitParts(text, seal.parts);
  return {
    type: 'reasoning',
    ...(seal.id !== undefined && { id: seal.id }),
    summary: seal.raw ? [] : pieces.map(piece => ({ type: 'summary_text', text: piece })),
    ...(seal.raw && { content: pieces.map(piece => ({ type: 'reasoning_text', text: piece })) }),
    encrypted_content: seal.encrypted_content,
  };
}

function encodeToolUse(block: ToolUseBlock, tool: NativeTool | undefined): JsonObject {
  const call_id = encodeCallId(block.id);
  if (tool && tool.type !== 'function') {
    const kind = nativeKinds[tool.type];
    const named =
      tool.type === 'custom' ? { name: tool.name, ...namespaceField(tool) } : { status: 'completed' };
    return { type: kind.call, call_id, ...named, ...kind.writeCall(block.input) };
  }
  // Arguments that were no JSON are kept as the text they were.
  const text = typeof block.input === 'string' ? block.input : JSON.stringify(block.input ?? {});
  const name = tool?.name ?? encodeToolName(block.name);
  return {
    type: 'function_call',
    call_id,
    name,
    arguments: text,
    ...namespaceField(tool),
  } satisfies Wire<ResponseFunctionToolCall>;
}

type ResultItem = Wire<ResponseInputItem.FunctionCallOutput>;

function encodeToolResult(result: ToolResultBlock, tool: NativeTool | undefined): JsonObject {
  const { tool_use_id, content, is_error } = result;
  const call_id = encodeCallId(tool_use_id);
  const text = content.flatMap(block => (block.type === 'text' ? [block.text] : [])).join('\n');
  const kind = tool && tool.type !== 'function' ? nativeKinds[tool.type] : undefined;
  const type = kind?.output ?? 'function_call_output';
  if (kind?.writeOutput) return { type, call_id, ...kind.writeOutput(text, is_error === true) };
  return { type, call_id, output: encodeOutput(content, text, is_error === true) };
}

function encodeOutput(
  content: ToolResultBlock['content'],
  text: string,
  isError: boolean,
): ResultItem['output'] {
  // There is no field for a failed call.
  const isUnsaid = isError && !/^error/i.test(text);
  // A string where it will do, because not every server takes a list.
  if (content.every(block => block.type === 'text')) return isUnsaid ? `Error: ${text}` : text;
  const parts = content.map(encodeResultPart);
  return isUnsaid ? [{ type: 'input_text', text: 'Error:' }, ...parts] : parts;
}

function encodePart(block: TextBlock | AttachmentBlock): Wire<ResponseInputContent | ResponseInputAudio> {
  const format = block.type === 'attachment' ? audioFormats.get(block.media_type) : undefined;
  if (block.type === 'attachment' && block.source.type === 'base64' && format) {
    return { type: 'input_audio', input_audio: { data: block.source.data, format } };
  }
  return encodeResultPart(block);
}

/** What a result may hold, too. */
function encodeResultPart(block: TextBlock | AttachmentBlock): Wire<ResponseInputContent> {
  return block.type === 'text' ? { type: 'input_text', text: block.text } : encodeAttachment(block);
}

function encodeAttachment({ media_type, source, name, detail }: AttachmentBlock): Wire<ResponseInputContent> {
  const url = source.type === 'url' ? source.url : `data:${media_type};base64,${source.data}`;
  if (media_type.startsWith('image/')) {
    // Several servers refuse an image without its detail; this is what OpenAI takes a missing one for.
    return {
      type: 'input_image',
      image_url: url,
      detail: imageDetails.find(known => known === detail) ?? 'auto',
    };
  }
  if (source.type === 'base64' && media_type.startsWith('text/')) {
    // As a file only PDF is understood everywhere.
    const text = Buffer.from(source.data, 'base64').toString('utf8');
    return { type: 'input_text', text: name === undefined ? text : `${name}:\n${text}` };
  }
  // OpenAI refuses a name beside an address.
  if (source.type === 'url') return { type: 'input_file', file_url: url };
  const filename = name ?? (media_type === 'application/pdf' ? 'document.pdf' : 'attachment');
  return { type: 'input_file', filename, file_data: url };
}

const imageDetails = ['low', 'high', 'auto', 'original'] as const satisfies readonly ImageDetail[];

/** OpenAI names the format, where others name the media type. */
const audioFormats: ReadonlyMap<string, 'mp3' | 'wav'> = new Map([
  ['audio/mpeg', 'mp3'],
  ['audio/mp3', 'mp3'],
  ['audio/wav', 'wav'],
  ['audio/x-wav', 'wav'],
  ['audio/wave', 'wav'],
]);
