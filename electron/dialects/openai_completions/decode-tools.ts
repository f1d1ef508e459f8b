import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Tool, ToolChoice } from '../../contract/request.ts';
import {
  invalidField,
  isMissing,
  optionalBoolean,
  optionalList,
  optionalObject,
  optionalString,
  readList,
  readName,
  readObject,
} from '../request-fields.ts';
import { decodeCustomTool, markLegacy } from './native-tool.ts';

/** `tools`, or `functions` as they were called before; only those in `allowed` where the choice names some. */
export function decodeTools(body: JsonObject, allowed?: ReadonlySet<string>): Tool[] | undefined {
  const tools = optionalList(body, 'tools', '')?.map((tool, index) => decodeTool(tool, `tools[${index}]`));
  const functions = optionalList(body, 'functions', '')?.map((target, index) =>
    markLegacy(decodeFunction(readObject(target, `functions[${index}]`), `functions[${index}]`)),
  );
  const all = tools ?? functions;
  return allowed ? all?.filter(tool => allowed.has(tool.name)) : all;
}

/** `tool_choice`, or `function_call` as it was called before. */
export function decodeToolChoice(
  body: JsonObject,
): { choice: ToolChoice; allowed?: ReadonlySet<string> } | undefined {
  if (!isMissing(body['tool_choice'])) return decodeChoice(body['tool_choice']);
  const legacy = body['function_call'];
  if (isMissing(legacy)) return undefined;
  if (legacy === 'auto' || legacy === 'none') return { choice: { type: legacy } };
  if (!isJsonObject(legacy)) throw invalidField('function_call', 'none, auto or {"name": …}');
  return { choice: { type: 'tool', name: readName(legacy, 'name', 'function_call') } };
}

function decodeTool(value: Json, path: string): Tool {
  const tool = readObject(value, path);
  const type = optionalString(tool, 'type', path) ?? 'function';
  if (type === 'custom') {
    return decodeCustomTool(tool, readObject(tool['custom'], `${path}.custom`), `${path}.custom`);
  }
  if (type !== 'function') {
    throw new AppError(
      'invalid_request',
      `${path}.type is ${JSON.stringify(type)}; through Parley only function and custom tools work with this model.`,
      { body: { param: `${path}.type` } },
    );
  }
  return decodeFunction(readObject(tool['function'], `${path}.function`), `${path}.function`);
}

function decodeFunction(target: JsonObject, path: string): Tool {
  const description = optionalString(target, 'description', path);
  const strict = optionalBoolean(target, 'strict', path);
  return {
    name: readName(target, 'name', path),
    ...(description !== undefined && { description }),
    input_schema: optionalObject(target, 'parameters', path) ?? {},
    ...(strict !== undefined && { strict }),
  };
}

function decodeChoice(choice: Json | undefined): { choice: ToolChoice; allowed?: ReadonlySet<string> } {
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { choice: { type: choice } };
  // Mistral's word for required.
  if (choice === 'any') return { choice: { type: 'required' } };
  if (isJsonObject(choice) && choice['type'] === 'allowed_tools') return decodeAllowed(choice);
  const kind = isJsonObject(choice) ? (choice['type'] ?? 'function') : undefined;
  if (!isJsonObject(choice) || (kind !== 'function' && kind !== 'custom')) {
    throw invalidField(
      'tool_choice',
      'none, auto, required or {"type": "function", "function": {"name": …}}',
    );
  }
  const path = `tool_choice.${kind}`;
  return { choice: { type: 'tool', name: readName(readObject(choice[kind], path), 'name', path) } };
}

/** A choice among some of the tools is a request with only those. */
function decodeAllowed(choice: JsonObject): { choice: ToolChoice; allowed: ReadonlySet<string> } {
  const path = 'tool_choice.allowed_tools';
  const { mode, tools } = readObject(choice['allowed_tools'], path);
  if (mode !== 'auto' && mode !== 'required') throw invalidField(`${path}.mode`, 'auto or required');
  const names = readList(tools, `${path}.tools`).map((value, index) => {
    const place = `${path}.tools[${index}]`;
    const tool = readObject(value, place);
    const kind = tool['type'] === 'custom' ? 'custom' : 'function';
    return readName(readObject(tool[kind], `${place}.${kind}`), 'name', `${place}.${kind}`);
  });
  return { choice: { type: mode }, allowed: new Set(names) };
}
