import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { ChatRequest, RequestOptions, Tool, ToolChoice } from '../../contract/request.ts';
import type { TargetModel } from '../dialect.ts';
import { encodeInput } from './encode-input.ts';

/** Throws AppError `invalid_request` for options that would change the answer and that this format has no word for. */
export function encodeRequest(request: ChatRequest, model: TargetModel): JsonObject {
  const { options, extra } = request;
  refuseUnsupported(options);
  const text = encodeText(options.output, extra?.['text']);
  const include = encodeInclude(request, model);
  const body: JsonObject = {
    ...extra,
    model: model.id,
    ...(request.system !== undefined && { instructions: request.system }),
    input: encodeInput(request.messages),
    stream: request.stream,
    // The conversation travels with every request; nothing of it has to be kept elsewhere.
    store: false,
    ...encodeTools(request),
    ...encodeOptions(options),
    ...(text && { text }),
    ...encodeReasoning(options, model, extra?.['reasoning']),
    ...(include.length > 0 && { include }),
  };
  if (!request.stream) delete body['stream_options'];
  return body;
}

/** An empty list asks for nothing. */
function refuseUnsupported({ stop, seed, top_k }: RequestOptions): void {
  const asked = { stop: stop?.length ? stop : undefined, seed, top_k };
  const [param] = Object.entries(asked).find(([, value]) => value !== undefined) ?? [];
  if (param === undefined) return;
  throw new AppError(
    'invalid_request',
    `This model cannot be asked for ${param}, and without it the answer would be another one. Leave it out, or pick another model.`,
    { body: { param } },
  );
}

function encodeTools(request: ChatRequest): JsonObject {
  // Servers refuse tool_choice and parallel_tool_calls where there are no tools.
  if (!request.tools || request.tools.length === 0) return {};
  const parallel = request.options.parallel_tool_calls;
  return {
    tools: request.tools.map(encodeTool),
    ...(request.tool_choice && { tool_choice: encodeToolChoice(request.tool_choice) }),
    ...(parallel !== undefined && { parallel_tool_calls: parallel }),
  };
}

function encodeTool(tool: Tool): JsonObject {
  // An empty schema is refused by some servers; this one means the same.
  const isEmpty = Object.keys(tool.input_schema).length === 0;
  return {
    type: 'function',
    name: tool.name,
    ...(tool.description !== undefined && { description: tool.description }),
    parameters: isEmpty ? { type: 'object', properties: {} } : tool.input_schema,
    // Here, unlike in all other formats, tools that say nothing are strict, which few schemas are written for.
    strict: tool.strict ?? false,
  };
}

function encodeToolChoice(choice: ToolChoice): Json {
  switch (choice.type) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.type;
    case 'tool':
      return { type: 'function', name: choice.name };
  }
}

function encodeOptions(options: RequestOptions): JsonObject {
  const body: JsonObject = {};
  if (options.max_tokens !== undefined) body['max_output_tokens'] = options.max_tokens;
  for (const name of ['temperature', 'top_p', 'metadata', 'user'] as const) {
    const value = options[name];
    if (value !== undefined) body[name] = value;
  }
  // Compatible servers know them. OpenAI refuses them by name, which is better than an answer made otherwise than
  // asked; zero asks for nothing, and several tools always send it.
  for (const name of ['frequency_penalty', 'presence_penalty'] as const) {
    if (options[name]) body[name] = options[name];
  }
  return body;
}

/** The form of the answer, with what else the tool wrote there, as how verbose it shall be. */
function encodeText(output: RequestOptions['output'], native: Json | undefined): JsonObject | undefined {
  const { format: _format, ...rest } = isJsonObject(native) ? native : {};
  if (!output) return Object.keys(rest).length === 0 ? undefined : rest;
  switch (output.type) {
    case 'json_object':
      return { ...rest, format: { type: 'json_object' } };
    case 'json_schema': {
      const { name, schema, strict } = output;
      const format = { type: 'json_schema', name, schema, ...(strict !== undefined && { strict }) };
      return { ...rest, format };
    }
  }
}

function encodeReasoning(options: RequestOptions, model: TargetModel, native: Json | undefined): JsonObject {
  const { effort: _effort, ...rest } = isJsonObject(native) ? native : {};
  const effort = options.reasoning_effort;
  if (effort === undefined || model.reasoning === false) {
    return Object.keys(rest).length === 0 ? {} : { reasoning: rest };
  }
  // What was thought is only shown when asked for; a tool of this format has asked itself where it wants it.
  const isShown = effort !== 'none' && !isJsonObject(native);
  return { reasoning: { effort, ...(isShown && { summary: 'auto' }), ...rest } };
}

/** As nothing is kept at the vendor, reasoning has to come along to go back with the next request. */
function encodeInclude({ options, extra }: ChatRequest, model: TargetModel): Json[] {
  const native = extra?.['include'];
  const asked = Array.isArray(native) ? native : [];
  const encrypted = 'reasoning.encrypted_content';
  const thinks = model.reasoning ?? (thinksByName(model.id) || thinksByEffort(options));
  // Models that do not reason refuse it.
  return !thinks || asked.includes(encrypted) ? asked : [...asked, encrypted];
}

function thinksByEffort({ reasoning_effort: effort }: RequestOptions): boolean {
  return effort !== undefined && effort !== 'none';
}

/** OpenAI's own models that reason: o1 and later, gpt-5 and later but for the ones made for chatting. */
function thinksByName(id: string): boolean {
  return /^(?:o[1-9]|gpt-(?:[5-9]|\d\d)|codex)/.test(id) && !id.includes('-chat');
}
