import type { Json, JsonObject } from '../../contract/json.ts';
import type { RequestOptions } from '../../contract/request.ts';
import {
  invalidField,
  isMissing,
  optionalCount,
  optionalNumber,
  optionalObject,
  optionalStops,
  optionalString,
} from '../request-fields.ts';
import { namelessAnswer } from '../warn-of-missing.ts';
import { optionalMembers, readMembers } from './camel-members.ts';
import { openapiToJsonSchema } from './openapi-schema.ts';
import { decodeThinking } from './thinking.ts';

const path = 'generationConfig';

const decodedFields: ReadonlySet<string> = new Set([
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'stopSequences',
  'seed',
  'frequencyPenalty',
  'presencePenalty',
  'thinkingConfig',
  'responseFormat',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'candidateCount',
  'responseLogprobs',
  'logprobs',
  'responseModalities',
]);

/** The options in `generationConfig`, and what is left of it where something is. */
export function decodeOptions(body: JsonObject): { options: RequestOptions; others?: JsonObject } {
  const config = optionalMembers(body, path, '') ?? {};
  const all: { [K in keyof RequestOptions]: RequestOptions[K] | undefined } = {
    max_tokens: optionalCount(config, 'maxOutputTokens', path),
    temperature: optionalNumber(config, 'temperature', path),
    top_p: optionalNumber(config, 'topP', path),
    top_k: optionalNumber(config, 'topK', path),
    stop: optionalStops(config, 'stopSequences', path),
    seed: optionalNumber(config, 'seed', path),
    frequency_penalty: optionalNumber(config, 'frequencyPenalty', path),
    presence_penalty: optionalNumber(config, 'presencePenalty', path),
    ...decodeThinking(optionalMembers(config, 'thinkingConfig', path), `${path}.thinkingConfig`),
    output: decodeOutput(config),
  };
  const said = Object.entries(all).filter(([, value]) => value !== undefined);
  const options = Object.fromEntries(said) as RequestOptions; // the entries of `all` without the undefined ones
  const others = Object.entries(config).filter(
    ([name, value]) => !decodedFields.has(name) && !isMissing(value) && !isDefault(name, value),
  );
  return others.length === 0 ? { options } : { options, others: Object.fromEntries(others) };
}

/** Whether it asks for what is done without it. */
function isDefault(name: string, value: Json): boolean {
  switch (name) {
    case 'mediaResolution':
      return value === 'MEDIA_RESOLUTION_UNSPECIFIED';
    case 'enableEnhancedCivicAnswers':
    case 'audioTimestamp':
      return value === false;
    default:
      return false;
  }
}

/** The form of the answer, in the older fields of its own or in the newer list. */
function decodeOutput(config: JsonObject): RequestOptions['output'] {
  const formats = readFormats(config['responseFormat']);
  if (formats) return decodeFormats(formats);
  const older = optionalObject(config, 'responseSchema', path);
  const schema =
    optionalObject(config, 'responseJsonSchema', path) ?? (older ? openapiToJsonSchema(older) : undefined);
  return outputOf(
    optionalString(config, 'responseMimeType', path) || 'text/plain',
    schema,
    'responseMimeType',
  );
}

function readFormats(value: Json | undefined): JsonObject[] | undefined {
  if (isMissing(value)) return undefined;
  const list = Array.isArray(value) ? value : [value];
  return list.map((format, index) => readMembers(format, `${path}.responseFormat[${index}]`));
}

/** Those of pictures and sound are refused by name before. */
function decodeFormats(formats: JsonObject[]): RequestOptions['output'] {
  const index = formats.findIndex(format => !isMissing(format['text']));
  if (index === -1) return undefined;
  const where = `responseFormat[${index}].text`;
  const text = readMembers(formats[index]?.['text'], `${path}.${where}`);
  const type = optionalString(text, 'mimeType', `${path}.${where}`) || 'text/plain';
  const isJson = /^application[/_]json$/i.test(type);
  const schema = optionalObject(text, 'schema', `${path}.${where}`);
  return outputOf(isJson ? 'application/json' : type.toLowerCase(), schema, `${where}.mimeType`);
}

function outputOf(type: string, schema: JsonObject | undefined, field: string): RequestOptions['output'] {
  switch (type) {
    case 'text/plain':
    case 'text_plain':
      return undefined;
    case 'application/json':
      return schema ? { type: 'json_schema', name: namelessAnswer, schema } : { type: 'json_object' };
    default:
      throw invalidField(`${path}.${field}`, 'text/plain or application/json');
  }
}
