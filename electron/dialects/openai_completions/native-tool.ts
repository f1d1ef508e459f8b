import { isJsonObject } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { ChatRequest, Tool } from '../../contract/request.ts';
import { freeformSchema } from '../freeform-text.ts';
import { objectField } from '../json-fields.ts';
import { optionalObject, optionalString, readName } from '../request-fields.ts';

const dialect = 'openai_completions';

/** `custom`: a tool that takes plain text. For others it is a function with one string. */
export function decodeCustomTool(tool: JsonObject, custom: JsonObject, path: string): Tool {
  const description = optionalString(custom, 'description', path);
  const format = optionalObject(custom, 'format', path);
  return {
    name: readName(custom, 'name', path),
    ...(description !== undefined && { description }),
    input_schema: freeformSchema(format && objectField(format, 'grammar')),
    native: { [dialect]: { definition: tool } },
  };
}

/** The tool as the one who asks defined it, where it takes text. */
export function readCustomTool(tool: Tool): JsonObject | undefined {
  const definition = objectField(tool.native ?? {}, dialect)?.['definition'];
  return isJsonObject(definition) ? definition : undefined;
}

/** Marks tools that came as `functions`, the form before tools: their calls are expected in that form, too. */
export function markLegacy(tool: Tool): Tool {
  return { ...tool, native: { [dialect]: { is_legacy: true } } };
}

export type ToolKinds = { custom: ReadonlySet<string>; isLegacy: boolean };

/** What is to know of a request's tools to write their calls as the one who asks expects them. */
export function readToolKinds(request: Pick<ChatRequest, 'tools'> | undefined): ToolKinds {
  const tools = request?.tools ?? [];
  return {
    custom: new Set(tools.filter(tool => readCustomTool(tool)).map(tool => tool.name)),
    isLegacy: tools.some(tool => objectField(tool.native ?? {}, dialect)?.['is_legacy'] === true),
  };
}
