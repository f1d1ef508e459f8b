import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Tool } from '../../contract/request.ts';
import { textField } from '../json-fields.ts';

// A request keeps, beside what we understood of it, what the tool wrote where that says more: cache marks, options of
// tools. It is sent again as it was while both still mean the same.

/** Whether the blocks are made of this text. */
export function saysSystem(blocks: Json | undefined, system: string | undefined): blocks is Json[] {
  if (!Array.isArray(blocks)) return false;
  const texts = blocks.flatMap(block => (isJsonObject(block) ? (textField(block, 'text') ?? []) : []));
  return texts.join('\n\n') === system;
}

/** Whether these are the same tools. */
export function describesTools(native: Json | undefined, tools: Tool[]): native is Json[] {
  if (!Array.isArray(native) || native.length !== tools.length) return false;
  return native.every((written, index) => isJsonObject(written) && isSameTool(written, tools[index]));
}

function isSameTool(written: JsonObject, tool: Tool | undefined): boolean {
  return tool !== undefined && describeTool(written) === describeTool(tool);
}

function describeTool({ name, description, input_schema, strict }: Partial<Tool> | JsonObject): string {
  return JSON.stringify({ name, description, input_schema, strict });
}
