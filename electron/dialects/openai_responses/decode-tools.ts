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
  readString,
} from '../request-fields.ts';

export type DecodedChoice = { choice: ToolChoice; allowed?: ReadonlySet<string> };

/** Only those in `allowed` where the choice names some. */
export function decodeTools(body: JsonObject, allowed?: ReadonlySet<string>): Tool[] | undefined {
  const tools = optionalList(body, 'tools', '')?.map((tool, index) => decodeTool(tool, `tools[${index}]`));
  return allowed ? tools?.filter(tool => allowed.has(tool.name)) : tools;
}

export function decodeToolChoice(choice: Json | undefined): DecodedChoice | undefined {
  if (isMissing(choice)) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { choice: { type: choice } };
  if (!isJsonObject(choice)) {
    throw invalidField('tool_choice', 'none, auto, required or {"type": "function", "name": …}');
  }
  const type = optionalString(choice, 'type', 'tool_choice') ?? 'function';
  if (type === 'allowed_tools') return decodeAllowed(choice);
  if (type !== 'function') throw refusedTool('tool_choice.type', type);
  return { choice: { type: 'tool', name: readName(choice, 'name', 'tool_choice') } };
}

function decodeTool(value: Json, path: string): Tool {
  const tool = readObject(value, path);
  const type = readString(tool, 'type', path);
  if (type !== 'function') throw refusedTool(`${path}.type`, type);
  const description = optionalString(tool, 'description', path);
  const strict = optionalBoolean(tool, 'strict', path);
  return {
    name: readName(tool, 'name', path),
    ...(description !== undefined && { description }),
    input_schema: optionalObject(tool, 'parameters', path) ?? {},
    // Not strict is what everybody else takes silence for.
    ...(strict && { strict }),
  };
}

/** A choice among some of the tools is a request with only those. */
function decodeAllowed({ mode, tools }: JsonObject): DecodedChoice {
  if (mode !== 'auto' && mode !== 'required') throw invalidField('tool_choice.mode', 'auto or required');
  const names = readList(tools, 'tool_choice.tools').map((value, index) => {
    const path = `tool_choice.tools[${index}]`;
    const tool = readObject(value, path);
    const type = optionalString(tool, 'type', path) ?? 'function';
    if (type !== 'function') throw refusedTool(`${path}.type`, type);
    return readName(tool, 'name', path);
  });
  return { choice: { type: mode }, allowed: new Set(names) };
}

/** What runs on OpenAI's servers, or needs a grammar only they know. */
function refusedTool(path: string, type: string): AppError {
  return new AppError(
    'invalid_request',
    `${path} is ${JSON.stringify(type)}, a tool only OpenAI itself offers; with this model only function tools work. Turn it off in your tool, or pick a model whose provider speaks the Responses format itself.`,
    { body: { param: path } },
  );
}
