import type {
  ResponseApplyPatchToolCall,
  ResponseFunctionShellToolCall,
  ResponseInputItem,
  ResponseOutputItem,
  ResponseToolSearchCall,
  Tool as WireTool,
} from 'openai/resources/responses/responses';

import { isJsonObject, parseJson } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { TextBlock, ToolResultBlock } from '../../contract/message.ts';
import { freeformSchema, unwrapFreeform, wrapFreeform } from '../freeform-text.ts';
import { asText, numberField, objectField, textField } from '../json-fields.ts';
import { joinNamespace } from '../tool-name.ts';
import type { Wire } from '../wire.ts';

/*
 * Tools that the one who asks runs itself, but that this format has words of its own for. For other vendors each is a
 * function; here is how the one becomes the other and back.
 */

/** A function that means the same. */
export type ToolAsFunction = { name: string; description?: string; input_schema: JsonObject };

type NativeKind = {
  define: (tool: JsonObject) => ToolAsFunction;
  /** Item of a call, and how its fields and a function's arguments become each other. */
  call: ResponseOutputItem['type'];
  readCall: (item: JsonObject) => JsonObject;
  writeCall: (input: Json) => JsonObject;
  /** Item of a result, the same way; undefined where its `output` is text or content parts as a function's is. */
  output: ResponseInputItem['type'];
  readOutput?: (item: JsonObject) => Pick<ToolResultBlock, 'content' | 'is_error'>;
  writeOutput?: (text: string, isError: boolean) => JsonObject;
  /** Kind of its items' ids. */
  prefix: string;
};

export type NativeType = Extract<
  WireTool['type'],
  'custom' | 'local_shell' | 'shell' | 'apply_patch' | 'tool_search'
>;

export const nativeKinds: Readonly<Record<NativeType, NativeKind>> = {
  custom: {
    define: tool => ({
      name: textField(tool, 'name') ?? '',
      ...described(textField(tool, 'description')),
      input_schema: freeformSchema(objectField(tool, 'format')),
    }),
    call: 'custom_tool_call',
    readCall: item => wrapFreeform(textField(item, 'input') ?? ''),
    writeCall: input => ({ input: unwrapFreeform(input) }),
    output: 'custom_tool_call_output',
    prefix: 'ctc',
  },
  local_shell: {
    define: () => shellFunction('local_shell', 'command'),
    call: 'local_shell_call',
    readCall: item => withoutField(objectField(item, 'action') ?? {}, 'type'),
    writeCall: writeLocalShell,
    output: 'local_shell_call_output',
    prefix: 'lsh',
  },
  shell: {
    define: () => shellFunction('shell', 'commands'),
    call: 'shell_call',
    readCall: item => objectField(item, 'action') ?? {},
    writeCall: writeShell,
    output: 'shell_call_output',
    // Exit codes and both streams, as the model that knows the tool sees them, too.
    readOutput: item => ({ content: [text(JSON.stringify(item['output'] ?? []))] }),
    writeOutput: writeShellOutput,
    prefix: 'sh',
  },
  apply_patch: {
    define: () => patchFunction,
    call: 'apply_patch_call',
    readCall: item => objectField(item, 'operation') ?? {},
    writeCall: input => ({ operation: readOperation(input) }),
    output: 'apply_patch_call_output',
    readOutput: item => ({
      content: [text(textField(item, 'output') ?? (item['status'] === 'failed' ? 'Failed.' : 'Done.'))],
      ...(item['status'] === 'failed' && { is_error: true }),
    }),
    writeOutput: (output, isError) => ({ status: isError ? 'failed' : 'completed', output }),
    prefix: 'apc',
  },
  tool_search: {
    define: tool => ({
      name: 'tool_search',
      ...described(textField(tool, 'description')),
      input_schema: objectField(tool, 'parameters') ?? {},
    }),
    call: 'tool_search_call',
    readCall: item => objectField(item, 'arguments') ?? {},
    writeCall: input => ({
      arguments: isJsonObject(input) ? input : {},
      execution: 'client' satisfies ResponseToolSearchCall['execution'],
    }),
    output: 'tool_search_output',
    readOutput: item => ({ content: [text(describeFound(item['tools']))] }),
    // What was found is offered with the request itself.
    writeOutput: () => ({ execution: 'client', status: 'completed', tools: [] }),
    prefix: 'tsc',
  },
};

export function isNativeType(type: string): type is NativeType {
  return Object.hasOwn(nativeKinds, type);
}

export function nativeTypeOfCall(type: string): NativeType | undefined {
  return callTypes.get(type);
}

export function nativeTypeOfOutput(type: string): NativeType | undefined {
  return outputTypes.get(type);
}

const allTypes = Object.keys(nativeKinds).filter(isNativeType);
const callTypes = new Map<string, NativeType>(allTypes.map(type => [nativeKinds[type].call, type]));
const outputTypes = new Map<string, NativeType>(allTypes.map(type => [nativeKinds[type].output ?? '', type]));

function described(description: string | undefined): { description?: string } {
  return description === undefined ? {} : { description };
}

function text(value: string): TextBlock {
  return { type: 'text', text: value };
}

function withoutField(object: JsonObject, name: string): JsonObject {
  const { [name]: _left, ...rest } = object;
  return rest;
}

function shellFunction(name: string, field: 'command' | 'commands'): ToolAsFunction {
  const items =
    field === 'command'
      ? 'The program and its arguments, e.g. ["bash", "-lc", "ls"].'
      : 'Shell commands, run one after the other.';
  return {
    name,
    description: "Runs commands in a shell on the user's machine and returns what they print.",
    input_schema: {
      type: 'object',
      properties: {
        [field]: { type: 'array', items: { type: 'string' }, description: items },
        timeout_ms: { type: 'integer', description: 'Longest time to wait, in milliseconds.' },
        ...(field === 'command' && { working_directory: { type: 'string' } }),
      },
      required: [field],
    },
  };
}

type ShellAction = Wire<ResponseFunctionShellToolCall['action']>;
type LocalShellAction = Wire<Extract<ResponseOutputItem, { type: 'local_shell_call' }>['action']>;

function writeLocalShell(input: Json): { action: LocalShellAction } {
  const fields = isJsonObject(input) ? input : {};
  const environment = Object.entries(objectField(fields, 'env') ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const timeout_ms = numberField(fields, 'timeout_ms');
  const working_directory = textField(fields, 'working_directory');
  const user = textField(fields, 'user');
  return {
    action: {
      type: 'exec',
      command: readCommands(fields['command'] ?? input, command => ['bash', '-lc', command]),
      env: Object.fromEntries(environment) as Record<string, string>, // pairs of strings, see above
      ...(timeout_ms !== undefined && { timeout_ms }),
      ...(working_directory !== undefined && { working_directory }),
      ...(user !== undefined && { user }),
    },
  };
}

function writeShell(input: Json): { action: ShellAction; environment: null } {
  const fields = isJsonObject(input) ? input : {};
  return {
    action: {
      commands: readCommands(fields['commands'] ?? fields['command'] ?? input, command => [command]),
      timeout_ms: numberField(fields, 'timeout_ms') ?? null,
      max_output_length: numberField(fields, 'max_output_length') ?? null,
    },
    environment: null,
  };
}

/** A list of texts; a model that wrote one text means the command line. */
function readCommands(value: Json, split: (command: string) => string[]): string[] {
  if (Array.isArray(value))
    return value.map(item => (typeof item === 'string' ? item : JSON.stringify(item)));
  const command = asText(value);
  return command === undefined ? [] : split(command);
}

function writeShellOutput(output: string): JsonObject {
  const known = parseList(output);
  return { output: known ?? [{ stdout: output, stderr: '', outcome: { type: 'exit', exit_code: 0 } }] };
}

function parseList(json: string): Json[] | undefined {
  const value = parseJson(json);
  return Array.isArray(value) ? value : undefined;
}

const patchFunction: ToolAsFunction = {
  name: 'apply_patch',
  description: 'Creates, changes or deletes one file by a V4A diff.',
  input_schema: {
    type: 'object',
    properties: {
      type: { type: 'string', enum: ['create_file', 'update_file', 'delete_file'] },
      path: { type: 'string', description: 'The file, relative to the working directory.' },
      diff: { type: 'string', description: 'The V4A diff; left out for delete_file.' },
    },
    required: ['type', 'path'],
  },
};

function readOperation(input: Json): Wire<ResponseApplyPatchToolCall['operation']> {
  const fields = isJsonObject(input) ? input : {};
  const path = textField(fields, 'path') ?? '';
  const diff = textField(fields, 'diff') ?? '';
  const { type } = fields;
  if (type === 'delete_file') return { type, path };
  return { type: type === 'create_file' ? type : 'update_file', path, diff };
}

/** The tools by the names they can be called by. */
function describeFound(tools: Json | undefined): string {
  const names = objectsOf(tools).flatMap(tool => {
    const name = textField(tool, 'name') ?? '';
    if (tool['type'] !== 'namespace') return [name];
    return objectsOf(tool['tools']).map(member => joinNamespace(name, textField(member, 'name') ?? ''));
  });
  return names.length === 0 ? 'No tools were found.' : `Found ${names.join(', ')}. They can be called now.`;
}

function objectsOf(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(item => isJsonObject(item)) : [];
}
