import { isJsonObject } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Block, Message, ToolResultBlock, ToolUseBlock } from '../../contract/message.ts';
import type { TargetModel } from '../dialect.ts';
import { encodeAttachment } from './encode-attachment.ts';
import { generationOf } from './model-rules.ts';
import { encodeOwnSignature } from './signature.ts';

/**
 * Names of the calls made so far by id: results name their function, and not all formats that may have been spoken
 * before do. A later call may have the id of an earlier one.
 */
type CallNames = Map<string, string>;

type Content = { role: 'user' | 'model'; parts: JsonObject[] };

/** Our messages as Gemini's: taking turns, results first in theirs. */
export function encodeContents(messages: Message[], model: TargetModel): JsonObject[] {
  const names: CallNames = new Map();
  const contents: Content[] = [];
  for (const message of messages) {
    const role = message.role === 'user' ? 'user' : 'model';
    noteCalls(message, names);
    const parts = role === 'user' ? encodeUser(message, names) : encodeAssistant(message);
    const last = contents.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else if (parts.length > 0) contents.push({ role, parts });
    // An empty question stays one: the upstream may judge it, a turn that vanished would be a riddle.
    else if (role === 'user') contents.push({ role, parts: [{ text: '' }] });
  }
  if ((generationOf(model.id) ?? 0) >= 3) contents.forEach(vouchForCalls);
  return contents;
}

function noteCalls(message: Message, names: CallNames): void {
  for (const block of message.content) if (block.type === 'tool_use') names.set(block.id, block.name);
}

function encodeUser(message: Message, names: CallNames): JsonObject[] {
  const results = message.content.filter(block => block.type === 'tool_result');
  return [
    ...results.map(result => encodeResult(result, names)),
    ...results.flatMap(encodeResultAttachments),
    ...message.content.flatMap(encodeSaid),
  ];
}

function encodeSaid(block: Block): JsonObject[] {
  switch (block.type) {
    case 'text':
      return [{ text: block.text }];
    case 'attachment':
      return [encodeAttachment(block)];
    case 'thinking':
    case 'tool_use':
    case 'tool_result':
      return [];
  }
}

function encodeResult(result: ToolResultBlock, names: CallNames): JsonObject {
  const texts = result.content.flatMap(block => (block.type === 'text' ? [block.text] : []));
  let text = texts.join('\n');
  if (text === '' && result.content.length > 0) text = 'The result is attached below.';
  const name = result.name ?? names.get(result.tool_use_id) ?? 'unknown';
  const response = result.is_error ? { error: text } : (readResultObject(text) ?? { output: text });
  return { functionResponse: { id: result.tool_use_id, name, response } };
}

/** A result that is a JSON object goes as one. Those with Google's own names would be taken for something else. */
function readResultObject(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    const names = Object.keys(value);
    return names.length === 0 || names.includes('output') || names.includes('error') ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Only the newest models take files inside a result; beside it all do. */
function encodeResultAttachments(result: ToolResultBlock): JsonObject[] {
  const attachments = result.content.filter(block => block.type === 'attachment');
  if (attachments.length === 0) return [];
  const label = { text: `From the result of tool call ${result.tool_use_id}:` };
  return [label, ...attachments.map(encodeAttachment)];
}

function encodeAssistant(message: Message): JsonObject[] {
  return message.content.flatMap((block): JsonObject[] => {
    switch (block.type) {
      case 'text':
        return block.text === '' && !encodeOwnSignature(block.signature)
          ? []
          : [{ text: block.text, ...signed(block.signature) }];
      case 'thinking': {
        // Without a signature it is only the summary of a thought.
        const signature = encodeOwnSignature(block.signature);
        return signature === undefined
          ? []
          : [{ text: block.text, thought: true, thoughtSignature: signature }];
      }
      case 'tool_use':
        return [encodeToolUse(block)];
      case 'attachment':
        return [encodeAttachment(block)];
      case 'tool_result':
        return [];
    }
  });
}

function encodeToolUse(block: ToolUseBlock): JsonObject {
  // Arguments that were no JSON object are refused; this way the model sees what it wrote.
  const args = isJsonObject(block.input) ? block.input : { arguments: block.input };
  return { functionCall: { id: block.id, name: block.name, args }, ...signed(block.signature) };
}

function signed(signature: string | undefined): JsonObject {
  const own = encodeOwnSignature(signature);
  return own === undefined ? {} : { thoughtSignature: own };
}

/**
 * Gemini 3 refuses a turn whose first call has no signature. Calls another model made, or that went through a tool
 * without a place for it, get the word Google documents for that.
 */
function vouchForCalls({ role, parts }: Content): void {
  if (role !== 'model') return;
  const first = parts.find(part => 'functionCall' in part);
  if (first && !('thoughtSignature' in first)) first['thoughtSignature'] = 'skip_thought_signature_validator';
}
