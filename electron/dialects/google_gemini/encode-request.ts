import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { ChatRequest, RequestOptions, Tool, ToolChoice } from '../../contract/request.ts';
import type { TargetModel } from '../dialect.ts';
import { encodeContents } from './encode-contents.ts';
import { inlineRefs } from './inline-refs.ts';
import { encodeThinking } from './thinking.ts';

/**
 * The body for `:generateContent` and `:streamGenerateContent`; model and streaming stand in the address. That calls
 * come one at a time cannot be asked of Gemini, but a tool that wants it so can still run them one by one.
 */
export function encodeRequest(request: ChatRequest, model: TargetModel): JsonObject {
  const { system, tools, tool_choice: choice, options, extra = {} } = request;
  const config = encodeConfig(options, model, extra['generationConfig']);
  const { generationConfig: _g, tools: _t, toolConfig: _c, systemInstruction: _s, ...others } = extra;
  const hasTools = tools !== undefined && tools.length > 0;
  return {
    ...others,
    ...(system !== undefined && system !== '' && { systemInstruction: { parts: [{ text: system }] } }),
    contents: encodeContents(request.messages, model),
    ...(hasTools && { tools: [{ functionDeclarations: tools.map(encodeTool) }] }),
    // A choice without tools is refused.
    ...(hasTools && choice && { toolConfig: { functionCallingConfig: encodeToolChoice(choice) } }),
    ...(Object.keys(config).length > 0 && { generationConfig: config }),
  };
}

function encodeTool({ name, description, input_schema: schema }: Tool): JsonObject {
  return {
    name,
    ...(description !== undefined && { description }),
    // A function without parameters has none; an empty schema is refused.
    ...(Object.keys(schema).length > 0 && { parametersJsonSchema: inlineRefs(schema) }),
  };
}

function encodeToolChoice(choice: ToolChoice): JsonObject {
  switch (choice.type) {
    case 'auto':
      return { mode: 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] };
  }
}

function encodeConfig(options: RequestOptions, model: TargetModel, others: Json | undefined): JsonObject {
  const all: Record<string, Json | undefined> = {
    maxOutputTokens: options.max_tokens,
    temperature: options.temperature,
    topP: options.top_p,
    topK: options.top_k,
    stopSequences: options.stop,
    seed: options.seed,
    frequencyPenalty: options.frequency_penalty,
    presencePenalty: options.presence_penalty,
    thinkingConfig: encodeThinking(options, model),
    ...encodeOutput(options.output),
  };
  const config: JsonObject = isJsonObject(others) ? { ...others } : {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined) config[name] = value;
  return config;
}

function encodeOutput(output: RequestOptions['output']): JsonObject {
  switch (output?.type) {
    case 'json_object':
      return { responseMimeType: 'application/json' };
    case 'json_schema':
      return { responseMimeType: 'application/json', responseJsonSchema: inlineRefs(output.schema) };
    case undefined:
      return {};
  }
}
