import { AppError } from '../../contract/errors.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Tool, ToolChoice } from '../../contract/request.ts';
import {
  invalidField,
  optionalList,
  optionalObject,
  optionalString,
  readName,
  readString,
} from '../request-fields.ts';
import { optionalMembers, readMembers } from './camel-members.ts';
import { openapiToJsonSchema } from './openapi-schema.ts';

export type DecodedChoice = { choice?: ToolChoice; allowed?: ReadonlySet<string> };

/** The declared functions; only those in `allowed` where the choice names some. */
export function decodeTools(body: JsonObject, allowed?: ReadonlySet<string>): Tool[] | undefined {
  const tools = optionalList(body, 'tools', '');
  if (!tools) return undefined;
  const all = tools.flatMap((value, index) => decodeTool(value, `tools[${index}]`));
  const kept = allowed ? all.filter(tool => allowed.has(tool.name)) : all;
  return kept.length === 0 ? undefined : kept;
}

function decodeTool(value: Json, path: string): Tool[] {
  const { functionDeclarations, ...others } = readMembers(value, path);
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new AppError(
      'invalid_request',
      `${path}.${other} is a tool of Google's own; through Parley only functionDeclarations work with this model.`,
      { body: { param: `${path}.${other}` } },
    );
  }
  if (functionDeclarations === undefined || functionDeclarations === null) return [];
  if (!Array.isArray(functionDeclarations)) throw invalidField(`${path}.functionDeclarations`, 'a list');
  return functionDeclarations.map((declaration, index) =>
    decodeDeclaration(declaration, `${path}.functionDeclarations[${index}]`),
  );
}

function decodeDeclaration(value: Json, path: string): Tool {
  const declaration = readMembers(value, path);
  const description = optionalString(declaration, 'description', path);
  const older = optionalObject(declaration, 'parameters', path);
  const schema = optionalObject(declaration, 'parametersJsonSchema', path);
  return {
    name: readName(declaration, 'name', path),
    ...(description !== undefined && { description }),
    input_schema: schema ?? (older ? openapiToJsonSchema(older) : {}),
  };
}

export function decodeToolChoice(body: JsonObject): DecodedChoice {
  const config = optionalMembers(body, 'toolConfig', '') ?? {};
  const path = 'toolConfig.functionCallingConfig';
  const calling = optionalMembers(config, 'functionCallingConfig', 'toolConfig');
  if (!calling) return {};
  const names = optionalList(calling, 'allowedFunctionNames', path)?.map((_name, index, list) =>
    readString({ name: list[index] ?? null }, 'name', `${path}.allowedFunctionNames[${index}]`),
  );
  const allowed = names && names.length > 0 ? { allowed: new Set(names) } : {};
  switch (optionalString(calling, 'mode', path)?.toUpperCase()) {
    case undefined:
    case 'MODE_UNSPECIFIED':
      return {};
    case 'AUTO':
    case 'VALIDATED':
      return { choice: { type: 'auto' }, ...allowed };
    case 'NONE':
      return { choice: { type: 'none' } };
    case 'ANY': {
      const [only, ...others] = names ?? [];
      // The other tools stay: the model may have called them before.
      if (only !== undefined && others.length === 0) return { choice: { type: 'tool', name: only } };
      return { choice: { type: 'required' }, ...allowed };
    }
    default:
      throw invalidField(`${path}.mode`, 'one of AUTO, ANY, NONE, VALIDATED');
  }
}
