import type { Part } from '@google/genai';

import { isJsonObject, parseJsonObject } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Block, Message, ToolResultBlock, ToolUseBlock } from '../../contract/message.ts';
import type { Warn } from '../dialect.ts';
import { encodeAttachment } from './encode-attachment.ts';
import type { Attaching } from './encode-attachment.ts';
import type { ModelRules } from './model-rules.ts';
import { encodeOwnSignature } from './signature.ts';
import { geminiToolName } from './tool-name.ts';
import type { Words } from './words.ts';

/**
 * Names of the calls made so far by id: results name their function, and not all formats that may have been spoken
 * before do. A later call may have the id of an earlier one.
 */
type CallNames = Map<string, string>;

type Content = { role: 'user' | 'model'; parts: JsonObject[] };
type Encoding = Attaching & { names: CallNames };

/** Our messages as Gemini's: taking turns, results first in theirs. */
export function encodeContents(messages: Message[], rules: ModelRules, warn: Warn): JsonObject[] {
  const encoding: Encoding = { names: new Map(), rules, warn };
  const contents: Content[] = [];
  for (const message of messages) {
    const role = message.role === 'user' ? 'user' : 'model';
    noteCalls(message, encoding.names);
    const parts = role === 'user' ? encodeUser(message, encoding) : encodeAssistant(message, encoding);
    const last = contents.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else if (parts.length > 0) contents.push({ role, parts });
    // An empty question stays one: the upstream may judge it, a turn that vanished would be a riddle.
    else if (role === 'user') contents.push({ role, parts: [{ text: '' }] });
  }
  // A text between the results of one turn is refused, and messages of the user's may have come between them.
  for (const content of contents) if (content.role === 'user') content.parts = resultsFirst(content.parts);
  if (rules.wantsSignatures) contents.forEach(vouchForCalls);
  return contents;
}

function resultsFirst(parts: JsonObject[]): JsonObject[] {
  const isResult = (part: JsonObject): boolean => 'functionResponse' in part;
  return [...parts.filter(isResult), ...parts.filter(part => !isResult(part))];
}

function noteCalls(message: Message, names: CallNames): void {
  for (const block of message.content) if (block.type === 'tool_use') names.set(block.id, block.name);
}

function encodeUser(message: Message, encoding: Encoding): JsonObject[] {
  const results = message.content.filter(block => block.type === 'tool_result');
  return [
    ...results.map(result => encodeResult(result, encoding)),
    ...results.flatMap(result => encodeResultAttachments(result, encoding)),
    ...message.content.flatMap(block => encodeSaid(block, encoding)),
  ];
}

function encodeSaid(block: Block, encoding: Encoding): JsonObject[] {
  switch (block.type) {
    case 'text':
      return [{ text: block.text } satisfies Part];
    case 'attachment':
      return [encodeAttachment(block, encoding)];
    case 'thinking':
    case 'tool_use':
    case 'tool_result':
      return [];
  }
}

function encodeResult(result: ToolResultBlock, { names }: Encoding): JsonObject {
  const texts = result.content.flatMap(block => (block.type === 'text' ? [block.text] : []));
  let text = texts.join('\n');
  if (text === '' && result.content.length > 0) text = 'The result is attached below.';
  const name = geminiToolName(result.name ?? names.get(result.tool_use_id) ?? 'unknown');
  const response = result.is_error ? { error: text } : (readResultObject(text) ?? { output: text });
  return { functionResponse: { id: result.tool_use_id, name, response } } satisfies Words<Part>;
}

/**
 * A result that is a JSON object goes as one. Those with Google's own names would be taken for something else, and
 * references, as a schema has them, for names of functions.
 */
function readResultObject(text: string): JsonObject | undefined {
  if (!text.startsWith('{') || text.includes('"$ref"')) return undefined;
  const value = parseJsonObject(text);
  const names = Object.keys(value ?? {});
  return names.length === 0 || names.includes('output') || names.includes('error') ? undefined : value;
}

/** Only the newest models take files inside a result; beside it all do. */
function encodeResultAttachments(result: ToolResultBlock, encoding: Encoding): JsonObject[] {
  const attachments = result.content.filter(block => block.type === 'attachment');
  if (attachments.length === 0) return [];
  const label = { text: `From the result of tool call ${result.tool_use_id}:` };
  return [label, ...attachments.map(block => encodeAttachment(block, encoding))];
}

function encodeAssistant(message: Message, encoding: Encoding): JsonObject[] {
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
          : [{ text: block.text, thought: true, thoughtSignature: signature } satisfies Part];
      }
      case 'tool_use':
        return [encodeToolUse(block)];
      case 'attachment':
        return [encodeAttachment(block, encoding)];
      case 'tool_result':
        return [];
    }
  });
}

function encodeToolUse(block: ToolUseBlock): JsonObject {
  // Arguments that were no JSON object are refused; this way the model sees what it wrote.
  const args = isJsonObject(block.input) ? block.input : { arguments: block.input };
  const name = geminiToolName(block.name);
  return {
    functionCall: { id: block.id, name, args },
    ...signed(block.signature),
  } satisfies Words<Part>;
}

function signed(signature: string | undefined): { thoughtSignature?: string } {
  const own = encodeOwnSignature(signature);
  return own === undefined ? {} : ({ thoughtSignature: own } satisfies Part);
}

/**
 * Since Gemini 3 a turn is refused whose first call has no signature. One that went through a tool without a place for it
 * has come back with the thought before it. Calls another model made get the word Google documents for that; those
 * beside the first go without one.
 */
function vouchForCalls({ role, parts }: Content): void {
  if (role !== 'model') return;
  const at = parts.findIndex(part => 'functionCall' in part);
  const [thought, call] = [parts[at - 1], parts[at]];
  if (!call || 'thoughtSignature' in call) return;
  const known = thought?.['thought'] === true ? thought['thoughtSignature'] : undefined;
  call['thoughtSignature'] = known ?? 'skip_thought_signature_validator';
}
