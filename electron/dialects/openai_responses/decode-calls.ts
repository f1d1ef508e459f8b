import type { JsonObject } from '../../contract/json.ts';
import type { ToolResultBlock, ToolUseBlock } from '../../contract/message.ts';
import { decodeArguments } from '../call-arguments.ts';
import { textField } from '../json-fields.ts';
import { isMissing, readName } from '../request-fields.ts';
import { decodeContent } from './decode-content.ts';
import type { InputState } from './decode-input.ts';
import { decodeToolName } from './decode-tools.ts';
import { nativeKinds, nativeTypeOfCall, nativeTypeOfOutput } from './native-calls.ts';

export function decodeCall(state: InputState, type: string, item: JsonObject, path: string): ToolUseBlock {
  const kind = nativeTypeOfCall(type);
  const id = readName(item, 'call_id', path);
  const isNamed = kind === undefined || kind === 'custom';
  const signature = state.signatures.get(id);
  const call: ToolUseBlock = {
    type: 'tool_use',
    id,
    name: isNamed ? decodeToolName(item, path) : nativeKinds[kind].define({}).name,
    input:
      kind === undefined
        ? decodeArguments(item['arguments'], `${path}.arguments`)
        : nativeKinds[kind].readCall(item),
    ...(signature !== undefined && { signature }),
  };
  state.calls.set(id, call);
  // Results of a local shell may name the item instead of the call.
  const itemId = textField(item, 'id');
  if (itemId !== undefined && !state.calls.has(itemId)) state.calls.set(itemId, call);
  return call;
}

export function signCall(state: InputState, callId: string, signature: string | undefined): void {
  if (signature === undefined) return;
  const call = state.calls.get(callId);
  if (call) call.signature = signature;
  else state.signatures.set(callId, signature);
}

/** Results of calls made together travel in one message. */
export function decodeResult(state: InputState, type: string, item: JsonObject, path: string): void {
  const named = isMissing(item['call_id']) && type === 'local_shell_call_output' ? 'id' : 'call_id';
  const given = readName(item, named, path);
  const call = state.calls.get(given);
  const result: ToolResultBlock = {
    type: 'tool_result',
    tool_use_id: call?.id ?? given,
    ...(call && { name: call.name }),
    ...readOutput(type, item, path),
  };
  const last = state.messages.at(-1);
  const isOpen = last?.role === 'user' && last.content.length > 0;
  if (isOpen && last.content.every(block => block.type === 'tool_result')) last.content.push(result);
  else state.messages.push({ role: 'user', content: [result] });
}

function readOutput(
  type: string,
  item: JsonObject,
  path: string,
): Pick<ToolResultBlock, 'content' | 'is_error'> {
  const kind = nativeTypeOfOutput(type);
  const read = kind && nativeKinds[kind].readOutput;
  if (read) return read(item);
  const { output } = item;
  return { content: isMissing(output) ? [] : decodeContent(output, `${path}.output`) };
}
