import type { Tool as GoogleTool } from '@google/genai';

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

export type DecodedChoice = { choice?: ToolChoice; allowed?: ReadonlySet<string>; others?: JsonObject };

/** The declared functions, only those in `allowed` where the choice names some; and Google's own tools beside them. */
export type DecodedTools = { tools?: Tool[]; native?: JsonObject[] };

export function decodeTools(body: JsonObject, allowed?: ReadonlySet<string>): DecodedTools {
  const list = optionalList(body, 'tools', '') ?? [];
  const tools: Tool[] = [];
  const native: JsonObject[] = [];
  for (const [index, value] of list.entries()) {
    const path = `tools[${index}]`;
    const { functionDeclarations, ...others } = readMembers(value, path);
    checkNative(others, path);
    if (Object.keys(others).length > 0) native.push(others);
    tools.push(...decodeDeclarations(functionDeclarations, path));
  }
  if (tools.length === 0) refuseNativeOnly(list);
  const kept = allowed ? tools.filter(tool => allowed.has(tool.name)) : tools;
  return { ...(kept.length > 0 && { tools: kept }), ...(native.length > 0 && { native }) };
}

/** Tools Google itself runs: searches, code. Without one of them the model can still answer, and call the functions. */
type ServerTool = keyof Omit<GoogleTool, 'functionDeclarations' | 'computerUse'>;

const serverTools: ReadonlySet<string> = new Set([
  'googleSearch',
  'googleSearchRetrieval',
  'googleMaps',
  'urlContext',
  'codeExecution',
  'fileSearch',
  'retrieval',
  'enterpriseWebSearch',
  'exaAiSearch',
  'parallelAiSearch',
  'mcpServers',
] satisfies ServerTool[]);

/** What is not among them the caller would have to run (a browser), and only Gemini knows how to call it. */
function checkNative(others: JsonObject, path: string): void {
  const name = Object.keys(others).find(each => !serverTools.has(each));
  if (name !== undefined) throw onlyGoogle(`${path}.${name}`);
}

/** A request for nothing but a search is lost without it. */
function refuseNativeOnly(list: Json[]): void {
  for (const [index, value] of list.entries()) {
    const { functionDeclarations: _f, ...others } = readMembers(value, `tools[${index}]`);
    const [name] = Object.keys(others);
    if (name !== undefined) throw onlyGoogle(`tools[${index}].${name}`);
  }
}

function onlyGoogle(param: string): AppError {
  return new AppError(
    'invalid_request',
    `${param} is a tool of Google's own; through Parley only functionDeclarations work with this model.`,
    { body: { param } },
  );
}

function decodeDeclarations(declarations: Json | undefined, path: string): Tool[] {
  if (declarations === undefined || declarations === null) return [];
  if (!Array.isArray(declarations)) throw invalidField(`${path}.functionDeclarations`, 'a list');
  return declarations.map((declaration, index) =>
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

/** The choice, and what else `toolConfig` holds. */
export function decodeToolChoice(body: JsonObject): DecodedChoice {
  const config = optionalMembers(body, 'toolConfig', '') ?? {};
  const { functionCallingConfig: _c, ...others } = config;
  const calling = optionalMembers(config, 'functionCallingConfig', 'toolConfig');
  const choice = calling ? decodeCalling(calling) : {};
  return Object.keys(others).length === 0 ? choice : { ...choice, others };
}

function decodeCalling(calling: JsonObject): DecodedChoice {
  const path = 'toolConfig.functionCallingConfig';
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
