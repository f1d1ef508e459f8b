import type { JsonObject } from '../../contract/json.ts';
import type {
  AttachmentBlock,
  Message,
  TextBlock,
  ThinkingBlock,
  ToolResultBlock,
  ToolUseBlock,
} from '../../contract/message.ts';
import { encodeCallId } from './call-id.ts';
import { openReasoning, splitParts } from './reasoning-signature.ts';

/** Our messages as items: calls, their results and reasoning stand beside the messages there, not in them. */
export function encodeInput(messages: Message[]): JsonObject[] {
  return messages.flatMap(message =>
    message.role === 'user' ? encodeUser(message) : encodeAssistant(message),
  );
}

function encodeUser(message: Message): JsonObject[] {
  const results = message.content.filter(block => block.type === 'tool_result');
  const content = message.content.flatMap(block =>
    block.type === 'text' || block.type === 'attachment' ? [encodePart(block)] : [],
  );
  const items: JsonObject[] = results.map(encodeToolResult);
  // An empty message stays one: the upstream may judge it, a turn that vanished would be a riddle.
  if (content.length > 0 || results.length === 0) items.push({ type: 'message', role: 'user', content });
  return items;
}

function encodeAssistant(message: Message): JsonObject[] {
  const items: JsonObject[] = [];
  let openText: JsonObject[] | undefined;
  for (const block of message.content) {
    if (block.type === 'text') {
      if (block.text === '') continue;
      const part = { type: 'output_text', text: block.text };
      if (openText) openText.push(part);
      else items.push({ type: 'message', role: 'assistant', content: (openText = [part]) });
      continue;
    }
    const item =
      block.type === 'thinking'
        ? encodeThinking(block)
        : block.type === 'tool_use'
          ? encodeToolUse(block)
          : undefined;
    if (!item) continue;
    openText = undefined;
    items.push(item);
  }
  // Reasoning is refused without what it led to, as after an answer that was stopped.
  while (items.at(-1)?.['type'] === 'reasoning') items.pop();
  return items;
}

/** Only what this format's vendors encrypted themselves goes back: reasoning in plain words is refused. */
function encodeThinking({ text, signature }: ThinkingBlock): JsonObject | undefined {
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

function encodeToolUse(block: ToolUseBlock): JsonObject {
  // Arguments that were no JSON are kept as the text they were.
  const text = typeof block.input === 'string' ? block.input : JSON.stringify(block.input ?? {});
  return { type: 'function_call', call_id: encodeCallId(block.id), name: block.name, arguments: text };
}

function encodeToolResult({ tool_use_id, content, is_error }: ToolResultBlock): JsonObject {
  const call_id = encodeCallId(tool_use_id);
  const text = content.flatMap(block => (block.type === 'text' ? [block.text] : [])).join('\n');
  // There is no field for a failed call.
  const isUnsaid = is_error === true && !/^error/i.test(text);
  // A string where it will do, because not every server takes a list.
  if (content.every(block => block.type === 'text')) {
    return { type: 'function_call_output', call_id, output: isUnsaid ? `Error: ${text}` : text };
  }
  const parts = content.map(encodePart);
  if (isUnsaid) parts.unshift({ type: 'input_text', text: 'Error:' });
  return { type: 'function_call_output', call_id, output: parts };
}

function encodePart(block: TextBlock | AttachmentBlock): JsonObject {
  return block.type === 'text' ? { type: 'input_text', text: block.text } : encodeAttachment(block);
}

function encodeAttachment({ media_type, source, name, detail }: AttachmentBlock): JsonObject {
  const url = source.type === 'url' ? source.url : `data:${media_type};base64,${source.data}`;
  if (media_type.startsWith('image/')) {
    // Several servers refuse an image without its detail; this is what OpenAI takes a missing one for.
    return { type: 'input_image', image_url: url, detail: detail ?? 'auto' };
  }
  if (source.type === 'base64' && media_type.startsWith('audio/')) {
    // OpenAI names the format, wav or mp3, where others name the media type.
    const format = media_type === 'audio/mpeg' ? 'mp3' : media_type.slice('audio/'.length).replace(/^x-/, '');
    return { type: 'input_audio', input_audio: { data: source.data, format } };
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
