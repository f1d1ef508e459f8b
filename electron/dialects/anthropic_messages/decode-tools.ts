import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Tool, ToolChoice } from '../../contract/request.ts';
import { textField } from '../json-fields.ts';
import {
  invalidField,
  optionalBoolean,
  optionalList,
  optionalObject,
  optionalString,
  readName,
  readObject,
  readString,
} from '../request-fields.ts';
import { nativeToolType } from './native-words.ts';

/** What the middle of a conversation does to the tools declared at its top. */
export type ToolChange =
  | { type: 'define'; tool: Tool }
  | { type: 'add'; name: string }
  | { type: 'remove'; name: string };

/**
 * The tools of the caller's own, as they stand at the end of the conversation. All that Anthropic would load only when
 * they are looked for are among them, because others know no such thing.
 */
export function decodeTools(body: JsonObject, changes: readonly ToolChange[]): Tool[] | undefined {
  const list = optionalList(body, 'tools', '');
  const tools = new Map<string, Tool>();
  for (const [index, value] of (list ?? []).entries()) {
    const path = `tools[${index}]`;
    if (nativeToolType(value) !== undefined) checkNativeTool(value, path, body);
    else addTool(tools, decodeTool(value, path));
  }
  const declared = tools.size;
  if (list && list.length > 0 && declared === 0) refuseNativeOnly(list);
  const removed = new Set<string>();
  for (const change of changes) {
    if (change.type === 'define') tools.set(change.tool.name, change.tool);
    const name = change.type === 'define' ? change.tool.name : change.name;
    if (change.type === 'remove') removed.add(name);
    else removed.delete(name);
  }
  const kept = [...tools].flatMap(([name, tool]) => (removed.has(name) ? [] : [tool]));
  return list || tools.size > 0 ? kept : undefined;
}

/** A name that stands twice is for the upstream to judge. */
function addTool(tools: Map<string, Tool>, tool: Tool): void {
  let key = tool.name;
  while (tools.has(key)) key += ' ';
  tools.set(key, tool);
}

/** The choice, and whether several calls at once were forbidden, which Anthropic says in the same place. */
export function decodeToolChoice(body: JsonObject): { choice: ToolChoice; parallel?: false } | undefined {
  const choice = optionalObject(body, 'tool_choice', '');
  if (!choice) return undefined;
  const single = optionalBoolean(choice, 'disable_parallel_tool_use', 'tool_choice') ?? false;
  return { choice: decodeChoice(choice), ...(single && { parallel: false }) };
}

export function decodeTool(value: Json | undefined, path: string): Tool {
  const tool = readObject(value, path);
  const description = optionalString(tool, 'description', path);
  const strict = optionalBoolean(tool, 'strict', path);
  return {
    name: readName(tool, 'name', path),
    ...(description !== undefined && { description }),
    input_schema: readObject(tool['input_schema'], `${path}.input_schema`),
    ...(strict !== undefined && { strict }),
  };
}

/** Run by Anthropic itself: searches, code. Without one of them the model can still answer, and call the other tools. */
const serverTool = /^(?:web_search|web_fetch|code_execution|tool_search_tool|advisor|mcp_toolset)(?:_|$)/;

/** Those the caller would run (an editor, a browser) only Claude knows how to call: nothing could stand for them. */
function checkNativeTool(tool: Json, path: string, body: JsonObject): void {
  const type = nativeToolType(tool) ?? '';
  const name = isJsonObject(tool) ? textField(tool, 'name') : undefined;
  const choice = body['tool_choice'];
  const isForced = isJsonObject(choice) && choice['type'] === 'tool' && choice['name'] === name;
  if (isForced || !serverTool.test(type)) throw onlyAnthropic(path, type);
}

/** Finding tools is of no use where all are there; a request for nothing but a search is lost without it. */
function refuseNativeOnly(list: Json[]): void {
  const index = list.findIndex(tool => !nativeToolType(tool)?.startsWith('tool_search_tool'));
  if (index !== -1) throw onlyAnthropic(`tools[${index}]`, nativeToolType(list[index] ?? null) ?? '');
}

function onlyAnthropic(path: string, type: string): AppError {
  return new AppError(
    'invalid_request',
    `${path}.type is ${JSON.stringify(type)}; with this model only tools of your own work, not Anthropic's. Leave it out, or pick a model of theirs.`,
    { body: { param: `${path}.type` } },
  );
}

function decodeChoice(choice: JsonObject): ToolChoice {
  switch (readString(choice, 'type', 'tool_choice')) {
    case 'auto':
      return { type: 'auto' };
    case 'any':
      return { type: 'required' };
    case 'none':
      return { type: 'none' };
    case 'tool':
      return { type: 'tool', name: readName(choice, 'name', 'tool_choice') };
    default:
      throw invalidField('tool_choice.type', 'auto, any, tool or none');
  }
}
