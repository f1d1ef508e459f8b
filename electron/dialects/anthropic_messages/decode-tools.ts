import { AppError } from '../../contract/errors.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Tool, ToolChoice } from '../../contract/request.ts';
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

export function decodeTools(body: JsonObject): Tool[] | undefined {
  return optionalList(body, 'tools', '')?.map((tool, index) => decodeTool(tool, `tools[${index}]`));
}

/** The choice, and whether several calls at once were forbidden, which Anthropic says in the same place. */
export function decodeToolChoice(body: JsonObject): { choice: ToolChoice; parallel?: false } | undefined {
  const choice = optionalObject(body, 'tool_choice', '');
  if (!choice) return undefined;
  const single = optionalBoolean(choice, 'disable_parallel_tool_use', 'tool_choice') ?? false;
  return { choice: decodeChoice(choice), ...(single && { parallel: false }) };
}

function decodeTool(value: Json, path: string): Tool {
  const tool = readObject(value, path);
  const type = optionalString(tool, 'type', path) ?? 'custom';
  if (type !== 'custom') {
    throw new AppError(
      'invalid_request',
      `${path}.type is ${JSON.stringify(type)}; with this model only tools of your own work, not Anthropic's.`,
      { body: { param: `${path}.type` } },
    );
  }
  const description = optionalString(tool, 'description', path);
  const strict = optionalBoolean(tool, 'strict', path);
  return {
    name: readName(tool, 'name', path),
    ...(description !== undefined && { description }),
    input_schema: readObject(tool['input_schema'], `${path}.input_schema`),
    ...(strict !== undefined && { strict }),
  };
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
