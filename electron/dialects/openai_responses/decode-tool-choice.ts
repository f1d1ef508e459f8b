import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Tool, ToolChoice } from '../../contract/request.ts';
import {
  invalidField,
  isMissing,
  optionalString,
  readList,
  readName,
  readObject,
} from '../request-fields.ts';
import { decodeToolName, refusedTool } from './decode-tools.ts';
import { isNativeType } from './native-calls.ts';
import { readNative } from './native-tool.ts';

export type DecodedChoice = { choice: ToolChoice; allowed?: ReadonlySet<string> };

export function decodeToolChoice(
  choice: Json | undefined,
  tools: readonly Tool[],
): DecodedChoice | undefined {
  if (isMissing(choice)) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { choice: { type: choice } };
  if (!isJsonObject(choice)) {
    throw invalidField('tool_choice', 'none, auto, required or {"type": "function", "name": …}');
  }
  if (choice['type'] === 'allowed_tools') return decodeAllowed(choice, tools);
  return { choice: { type: 'tool', name: chosenName(choice, 'tool_choice', tools) } };
}

/** A choice among some of the tools is a request with only those. */
function decodeAllowed({ mode, tools: list }: JsonObject, tools: readonly Tool[]): DecodedChoice {
  if (mode !== 'auto' && mode !== 'required') throw invalidField('tool_choice.mode', 'auto or required');
  const names = readList(list, 'tool_choice.tools').map((value, index) => {
    const path = `tool_choice.tools[${index}]`;
    return chosenName(readObject(value, path), path, tools);
  });
  return { choice: { type: mode }, allowed: new Set(names) };
}

function chosenName(choice: JsonObject, path: string, tools: readonly Tool[]): string {
  const type = optionalString(choice, 'type', path) ?? 'function';
  if (type !== 'function' && type !== 'custom') {
    const tool = isNativeType(type) ? tools.find(known => readNative(known)?.type === type) : undefined;
    if (tool) return tool.name;
    throw refusedTool(`${path}.type`, type);
  }
  const name = readName(choice, 'name', path);
  if (!isMissing(choice['namespace']) || tools.some(tool => tool.name === name)) {
    return decodeToolName(choice, path);
  }
  // Choices have no word for groups: a member of one goes by its own name.
  return tools.find(tool => readNative(tool)?.name === name)?.name ?? name;
}
