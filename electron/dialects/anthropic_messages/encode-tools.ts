import type { Tool as WireTool, ToolChoice as WireToolChoice } from '@anthropic-ai/sdk/resources/messages';

import type { JsonObject } from '../../contract/json.ts';
import type { ChatRequest, Tool, ToolChoice } from '../../contract/request.ts';
import { relaxSchema } from './encode-output.ts';
import { describesTools } from './native-words.ts';
import { plainObject } from './plain-object.ts';
import { anthropicToolName } from './tool-name.ts';

/** `tools` and `tool_choice`, the tools as the caller wrote them where they are still the same. */
export function encodeTools(
  { tools = [], tool_choice, options, extra }: ChatRequest,
  cacheMark: JsonObject | undefined,
): JsonObject {
  const native = extra?.['tools'];
  const kept = describesTools(native, tools) ? native : undefined;
  // A choice without tools is refused.
  if (tools.length === 0 && (kept ?? []).length === 0) return {};
  const choice = encodeToolChoice(tool_choice, options.parallel_tool_calls);
  return { tools: kept ?? describe(tools, cacheMark), ...(choice && { tool_choice: choice }) };
}

/** One mark on the last caches all of them. */
function describe(tools: Tool[], cacheMark: JsonObject | undefined): JsonObject[] {
  const encoded = tools.map(encodeTool);
  const last = encoded.at(-1);
  if (last && cacheMark) last['cache_control'] = cacheMark;
  return encoded;
}

function encodeTool({ name, description, input_schema, strict }: Tool): JsonObject {
  const isEmpty = Object.keys(input_schema).length === 0;
  const plain = plainObject(input_schema);
  const schema = isEmpty ? { properties: {} } : strict ? relaxSchema(plain) : plain;
  return {
    name: anthropicToolName(name),
    ...(description !== undefined && { description }),
    // Whatever the caller wrote: arguments are an object, and a schema that does not say so is refused.
    input_schema: { ...schema, type: 'object' },
    ...(strict !== undefined && { strict }),
  } satisfies WireTool;
}

function encodeToolChoice(
  choice: ToolChoice | undefined,
  parallel: boolean | undefined,
): JsonObject | undefined {
  const single = parallel === false ? { disable_parallel_tool_use: true } : {};
  switch (choice?.type) {
    case 'none':
      return { type: 'none' } satisfies WireToolChoice;
    case 'required':
      return { type: 'any', ...single } satisfies WireToolChoice;
    case 'tool':
      return { type: 'tool', name: anthropicToolName(choice.name), ...single } satisfies WireToolChoice;
    case 'auto':
      return { type: 'auto', ...single } satisfies WireToolChoice;
    case undefined:
      return parallel === false ? ({ type: 'auto', ...single } satisfies WireToolChoice) : undefined;
  }
}
