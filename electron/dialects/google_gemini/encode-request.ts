import type { Content, FunctionCallingConfig, FunctionDeclaration, GenerationConfig } from '@google/genai';

import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { ChatRequest, RequestOptions, Tool, ToolChoice } from '../../contract/request.ts';
import type { TargetModel, Warn } from '../dialect.ts';
import { withQuestion } from '../opening-question.ts';
import { warnOfMissing } from '../warn-of-missing.ts';
import { encodeContents } from './encode-contents.ts';
import { inlineRefs } from './inline-refs.ts';
import { rulesOf } from './model-rules.ts';
import { encodeThinking } from './thinking.ts';
import { geminiToolName } from './tool-name.ts';
import type { Words } from './words.ts';

/**
 * The body for `:generateContent` and `:streamGenerateContent`; model and streaming stand in the address. Throws
 * AppError `invalid_request` for options that would change the answer and that the model refuses.
 */
export function encodeRequest(
  asked: ChatRequest,
  model: TargetModel,
  warn: Warn = () => undefined,
): JsonObject {
  const request = withQuestion(asked);
  const { system, options, extra = {} } = request;
  const rules = rulesOf(model.id);
  if (rules.refusesPenalties) refusePenalties(options);
  const config = encodeConfig(options, model, extra['generationConfig'], warn);
  const { generationConfig: _g, tools: _t, toolConfig: _c, systemInstruction: _s, ...others } = extra;
  warnOfMissing(request, warn);
  return {
    ...others,
    ...(system !== undefined && system !== '' && { systemInstruction: encodeSystem(system) }),
    contents: encodeContents(request.messages, rules, warn),
    ...encodeTools(request),
    ...(Object.keys(config).length > 0 && { generationConfig: config }),
  };
}

function encodeSystem(text: string): JsonObject {
  return { parts: [{ text }] } satisfies Content;
}

/** Zero asks for nothing, and several tools always send it. */
function refusePenalties(options: RequestOptions): void {
  const param = (['frequency_penalty', 'presence_penalty'] as const).find(name => (options[name] ?? 0) !== 0);
  if (param === undefined) return;
  throw new AppError(
    'invalid_request',
    `This model cannot be asked for ${param}, and without it the answer would be another one. Leave it out, or pick another model.`,
    { body: { param } },
  );
}

/** A choice without tools is refused. Google's own tools stand before the functions, as they were written. */
function encodeTools({ tools = [], tool_choice: choice, extra = {} }: ChatRequest): JsonObject {
  const native = Array.isArray(extra['tools']) ? extra['tools'] : [];
  const all = [...native, ...(tools.length > 0 ? [{ functionDeclarations: tools.map(encodeTool) }] : [])];
  if (all.length === 0) return {};
  const config: JsonObject = isJsonObject(extra['toolConfig']) ? { ...extra['toolConfig'] } : {};
  if (tools.length > 0 && choice) config['functionCallingConfig'] = encodeToolChoice(choice);
  return { tools: all, ...(Object.keys(config).length > 0 && { toolConfig: config }) };
}

function encodeTool({ name, description, input_schema: schema }: Tool): JsonObject {
  return {
    name: geminiToolName(name),
    ...(description !== undefined && { description }),
    // A function without parameters has none; an empty schema is refused.
    ...(Object.keys(schema).length > 0 && { parametersJsonSchema: inlineRefs(schema) }),
  } satisfies FunctionDeclaration;
}

function encodeToolChoice(choice: ToolChoice): JsonObject {
  switch (choice.type) {
    case 'auto':
      return { mode: 'AUTO' } satisfies Words<FunctionCallingConfig>;
    case 'none':
      return { mode: 'NONE' } satisfies Words<FunctionCallingConfig>;
    case 'required':
      return { mode: 'ANY' } satisfies Words<FunctionCallingConfig>;
    case 'tool': {
      const allowedFunctionNames = [geminiToolName(choice.name)];
      return { mode: 'ANY', allowedFunctionNames } satisfies Words<FunctionCallingConfig>;
    }
  }
}

function encodeConfig(
  options: RequestOptions,
  model: TargetModel,
  others: Json | undefined,
  warn: Warn,
): JsonObject {
  const all = {
    maxOutputTokens: encodeLimit(options.max_tokens, model, warn),
    temperature: options.temperature,
    topP: options.top_p,
    topK: options.top_k,
    stopSequences: options.stop,
    seed: options.seed,
    // Some models refuse even a penalty of nothing.
    frequencyPenalty: options.frequency_penalty || undefined,
    presencePenalty: options.presence_penalty || undefined,
    thinkingConfig: encodeThinking(options, model, warn),
    ...encodeOutput(options.output),
  } satisfies Partial<Record<keyof GenerationConfig, Json | undefined>>;
  const config: JsonObject = isJsonObject(others) ? { ...others } : {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined) config[name] = value;
  return config;
}

/** More than the model can write is refused, and many tools ask every model for the same large number. */
function encodeLimit(asked: number | undefined, model: TargetModel, warn: Warn): number | undefined {
  const limit = model.max_output_tokens;
  if (asked === undefined || limit === undefined || asked <= limit) return asked;
  warn('max_tokens');
  return limit;
}

function encodeOutput(output: RequestOptions['output']): {
  responseMimeType?: string;
  responseJsonSchema?: JsonObject;
} {
  switch (output?.type) {
    case 'json_object':
      return { responseMimeType: 'application/json' };
    case 'json_schema':
      return { responseMimeType: 'application/json', responseJsonSchema: inlineRefs(output.schema) };
    case undefined:
      return {};
  }
}
