import type { FunctionTool, ResponseCreateParamsBase } from 'openai/resources/responses/responses';

import type { JsonObject } from '../../contract/json.ts';
import type { ChatRequest, Tool, ToolChoice } from '../../contract/request.ts';
import { encodeToolName } from '../tool-name.ts';
import type { Wire } from '../wire.ts';
import { readNative } from './native-tool.ts';
import type { ToolBook } from './native-tool.ts';

type FunctionChoice = Exclude<Wire<ResponseCreateParamsBase>['tool_choice'], undefined>;

/** Tools as they are defined here: what came in this format as it came, members of a group in their group again. */
export function encodeTools(tools: Tool[]): JsonObject[] {
  const groups = new Map<string, JsonObject[]>();
  return tools.flatMap(tool => {
    const native = readNative(tool);
    if (!native) return [encodeFunction(tool)];
    const { definition, namespace } = native;
    if (!namespace) return [definition];
    const members = groups.get(namespace.name);
    if (members) {
      members.push(definition);
      return [];
    }
    const list = [definition];
    groups.set(namespace.name, list);
    return [{ type: 'namespace', ...namespace, tools: list }];
  });
}

function encodeFunction(tool: Tool): JsonObject {
  // An empty schema is refused by some servers; this one means the same.
  const isEmpty = Object.keys(tool.input_schema).length === 0;
  return {
    type: 'function',
    name: encodeToolName(tool.name),
    ...(tool.description !== undefined && { description: tool.description }),
    parameters: isEmpty ? { type: 'object', properties: {} } : tool.input_schema,
    // Here, unlike in all other formats, tools that say nothing are strict, which few schemas are written for.
    strict: tool.strict ?? false,
  } satisfies Wire<FunctionTool>;
}

export function encodeToolChoice(choice: ToolChoice, tools: ToolBook): FunctionChoice {
  if (choice.type !== 'tool') return choice.type;
  const native = tools.get(choice.name);
  switch (native?.type) {
    case undefined:
      return { type: 'function', name: encodeToolName(choice.name) };
    case 'function':
    case 'custom':
      return { type: native.type, name: native.name };
    case 'shell':
    case 'apply_patch':
      return { type: native.type };
    case 'local_shell':
    case 'tool_search':
      // There is no word for choosing these.
      return 'required';
  }
}

/** Tools of a request as an answer repeats them: with every field. */
export function echoTools(request: Pick<ChatRequest, 'tools'> | undefined): JsonObject[] {
  return encodeTools(request?.tools ?? []).map(tool =>
    tool['type'] === 'function' ? { description: null, parameters: null, strict: null, ...tool } : tool,
  );
}
