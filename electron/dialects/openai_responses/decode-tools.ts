import type { Tool as WireTool } from 'openai/resources/responses/responses';

import { AppError } from '../../contract/errors.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Tool } from '../../contract/request.ts';
import { textField } from '../json-fields.ts';
import {
  optionalBoolean,
  optionalList,
  optionalObject,
  optionalString,
  readList,
  readName,
  readObject,
  readString,
} from '../request-fields.ts';
import { joinNamespace } from '../tool-name.ts';
import { isNativeType, nativeKinds } from './native-calls.ts';
import type { ToolAsFunction } from './native-calls.ts';
import { withNative } from './native-tool.ts';

/** What becomes of each kind of tool where the upstream speaks another format. */
const toolKinds = {
  function: 'client',
  namespace: 'client',
  custom: 'client',
  local_shell: 'client',
  shell: 'client',
  apply_patch: 'client',
  tool_search: 'client',
  // They widen what a model can reach, and agents offer them by default beside their own tools: left out, and reported.
  web_search: 'optional',
  web_search_2025_08_26: 'optional',
  web_search_preview: 'optional',
  web_search_preview_2025_03_11: 'optional',
  image_generation: 'optional',
  programmatic_tool_calling: 'optional',
  // They hold what the answer is to be made from, or are what it is about.
  file_search: 'hosted',
  code_interpreter: 'hosted',
  mcp: 'hosted',
  computer: 'hosted',
  computer_use_preview: 'hosted',
} satisfies Record<WireTool['type'], 'client' | 'optional' | 'hosted'>;

export type DecodedTools = {
  tools: Tool[];
  /** Tools that run at OpenAI and can be done without, by `tools.` and their kind. */
  optional: [string, JsonObject][];
};

export function decodeTools(body: JsonObject): DecodedTools | undefined {
  const list = optionalList(body, 'tools', '');
  return list && decodeToolList(list, 'tools');
}

export function decodeToolList(list: Json[], path: string): DecodedTools {
  const decoded: DecodedTools = { tools: [], optional: [] };
  for (const [index, value] of list.entries()) {
    const place = `${path}[${index}]`;
    const tool = readObject(value, place);
    if (isOptional(tool, place)) decoded.optional.push([`tools.${readString(tool, 'type', place)}`, tool]);
    else decoded.tools.push(...decodeTool(tool, place));
  }
  return decoded;
}

/** Where there is nothing else to call, a tool that runs at OpenAI is what the request is about. */
export function refuseIfAlone({ tools, optional }: DecodedTools): void {
  const [first] = optional;
  if (first && tools.length === 0) throw refusedTool('tools[0].type', textField(first[1], 'type') ?? '');
}

/** Throws AppError `invalid_request` for a tool the answer cannot be made without. */
function isOptional(tool: JsonObject, path: string): boolean {
  const type = readString(tool, 'type', path);
  const kinds: Readonly<Record<string, string>> = toolKinds;
  const kind = Object.hasOwn(kinds, type) && !runsAtVendor(tool, type) ? kinds[type] : 'hosted';
  if (kind === 'hosted') throw refusedTool(`${path}.type`, type);
  return kind === 'optional';
}

/** Two kinds run on either side. */
function runsAtVendor(tool: JsonObject, type: string): boolean {
  if (type === 'shell') {
    const environment = textField(optionalObject(tool, 'environment', '') ?? {}, 'type');
    return environment !== undefined && environment !== 'local';
  }
  return type === 'tool_search' && tool['execution'] === 'server';
}

function decodeTool(tool: JsonObject, path: string): Tool[] {
  const type = readString(tool, 'type', path);
  if (type === 'namespace') return decodeNamespace(tool, path);
  if (!isNativeType(type)) return [decodeFunction(tool, path)];
  if (type === 'custom') readName(tool, 'name', path);
  return [withNative(nativeKinds[type].define(tool), tool)];
}

function decodeNamespace(group: JsonObject, path: string): Tool[] {
  const name = readName(group, 'name', path);
  const description = optionalString(group, 'description', path) ?? '';
  return readList(group['tools'] ?? null, `${path}.tools`).map((value, index) => {
    const place = `${path}.tools[${index}]`;
    const member = readObject(value, place);
    const type = optionalString(member, 'type', place) ?? 'function';
    if (type !== 'function' && type !== 'custom') throw refusedTool(`${place}.type`, type);
    readName(member, 'name', place);
    const tool = type === 'custom' ? nativeKinds.custom.define(member) : decodeFunction(member, place);
    // What is said of the group is said once: its members may be dozens.
    return withNative(index === 0 ? describeGroup(tool, description) : tool, member, { name, description });
  });
}

function describeGroup(tool: ToolAsFunction, description: string): ToolAsFunction {
  // What Codex writes where its group has no description.
  if (description.trim() === '' || /^Tools in the \S+ namespace\.$/.test(description)) return tool;
  return { ...tool, description: [description, tool.description ?? ''].join('\n\n').trim() };
}

const plainFields: ReadonlySet<string> = new Set(['type', 'name', 'description', 'parameters', 'strict']);

function decodeFunction(tool: JsonObject, path: string): Tool {
  const description = optionalString(tool, 'description', path);
  const strict = optionalBoolean(tool, 'strict', path);
  const decoded: Tool = {
    name: readName(tool, 'name', path),
    ...(description !== undefined && { description }),
    input_schema: optionalObject(tool, 'parameters', path) ?? {},
    // Not strict is what everybody else takes silence for.
    ...(strict && { strict }),
  };
  return Object.keys(tool).every(name => plainFields.has(name)) ? decoded : withNative(decoded, tool);
}

/** Name of the tool a call or a choice means. */
export function decodeToolName(item: JsonObject, path: string): string {
  const name = readName(item, 'name', path);
  const namespace = optionalString(item, 'namespace', path);
  // OpenAI's way of naming a tool that was found by searching and is in no group.
  return namespace === name ? name : joinNamespace(namespace, name);
}

/** What runs on OpenAI's servers. */
export function refusedTool(path: string, type: string): AppError {
  return new AppError(
    'invalid_request',
    `${path} is ${JSON.stringify(type)}, a tool only OpenAI itself offers; with this model only tools you run yourself work. Turn it off in your tool, or pick a model whose provider speaks the Responses format itself.`,
    { body: { param: path } },
  );
}
