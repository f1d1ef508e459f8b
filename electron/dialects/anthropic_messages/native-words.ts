import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Tool } from '../../contract/request.ts';
import { textField } from '../json-fields.ts';

// A request keeps, beside what we understood of it, what the tool wrote where that says more: cache marks, options of
// tools. It is sent again as it was while both still mean the same.

/** The blocks where they are made of this text, with what came after them as one more; else undefined. */
export function keepSystem(blocks: Json | undefined, system: string): Json[] | undefined {
  if (!Array.isArray(blocks)) return undefined;
  const texts = blocks.flatMap(block => (isJsonObject(block) ? (textField(block, 'text') ?? []) : []));
  const text = texts.join('\n\n');
  if (text === system) return blocks;
  const isBegun = text !== '' && system.startsWith(`${text}\n\n`);
  return isBegun ? [...blocks, { type: 'text', text: system.slice(text.length + 2) }] : undefined;
}

/** Whether these are the same tools, Anthropic's own aside. */
export function describesTools(native: Json | undefined, tools: Tool[]): native is Json[] {
  if (!Array.isArray(native)) return false;
  const written = native.filter(tool => nativeToolType(tool) === undefined);
  return (
    written.length === tools.length &&
    written.every((tool, index) => isJsonObject(tool) && isSameTool(tool, tools[index]))
  );
}

/** Type of a tool that Anthropic defines, e.g. `web_search_20250305`; undefined for one of the caller's own. */
export function nativeToolType(tool: Json): string | undefined {
  const type = isJsonObject(tool) ? textField(tool, 'type') : undefined;
  return type === 'custom' ? undefined : type;
}

function isSameTool(written: JsonObject, tool: Tool | undefined): boolean {
  return tool !== undefined && describeTool(written) === describeTool(tool);
}

function describeTool({ name, description, input_schema, strict }: Partial<Tool> | JsonObject): string {
  return JSON.stringify({ name, description, input_schema, strict });
}
