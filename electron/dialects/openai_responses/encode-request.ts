import type { ResponseCreateParamsBase } from 'openai/resources/responses/responses';

import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { ChatRequest, RequestOptions } from '../../contract/request.ts';
import type { TargetModel, Warn } from '../dialect.ts';
import {
  encodeSampling,
  encodeUser,
  isOpenaiModel,
  isOpenaiReasoner,
  keepsPrompts,
} from '../openai-models.ts';
import { withQuestion } from '../opening-question.ts';
import { effortOf } from '../reasoning-budget.ts';
import type { Wire } from '../wire.ts';
import { encodeInput } from './encode-input.ts';
import { encodeToolChoice, encodeTools } from './encode-tools.ts';
import { readToolBook } from './native-tool.ts';

type Body = Wire<ResponseCreateParamsBase>;

const ignore: Warn = () => undefined;

/** Throws AppError `invalid_request` for options that would change the answer and that this format has no word for. */
export function encodeRequest(asked: ChatRequest, model: TargetModel, warn: Warn = ignore): JsonObject {
  const request = withQuestion(asked);
  const { options, extra = {} } = request;
  refuseUnsupported(options);
  if (options.top_k !== undefined) warn('top_k');
  const text = encodeText(options.output, extra['text']);
  const include = encodeInclude(request, model);
  const body: JsonObject = {
    ...fieldsOf(extra, warn),
    model: model.id,
    ...(request.system !== undefined && { instructions: request.system }),
    input: encodeInput(request.messages, { tools: readToolBook(request), warn }),
    stream: request.stream,
    // The conversation travels with every request; nothing of it has to be kept elsewhere.
    store: false,
    ...encodeToolFields(request, warn),
    ...encodeOptions(options, warn),
    ...encodeSampling(options, model.id, effortOf(options), warn),
    ...encodeCache(options, model, extra, warn),
    ...(text && { text }),
    ...encodeReasoning(request, model, warn),
    ...(include.length > 0 && { include }),
  };
  if (!request.stream) delete body['stream_options'];
  return body;
}

/** An empty list asks for nothing. */
function refuseUnsupported({ stop, seed }: RequestOptions): void {
  const asked = { stop: stop?.length ? stop : undefined, seed };
  const [param] = Object.entries(asked).find(([, value]) => value !== undefined) ?? [];
  if (param === undefined) return;
  throw new AppError(
    'invalid_request',
    `This model cannot be asked for ${param}, and without it the answer would be another one. Leave it out, or pick another model.`,
    { body: { param } },
  );
}

/** Tools OpenAI runs itself, kept by this name in front of their kind; what it did before cannot be told again. */
const keptTools = 'tools.';
const leftOut = 'input.';

function fieldsOf(extra: JsonObject, warn: Warn): JsonObject {
  const entries = Object.entries(extra).filter(([name]) => !name.startsWith(keptTools));
  for (const [name, value] of entries) {
    if (name.startsWith(leftOut) || (name === 'store' && value === true)) warn(name);
  }
  return Object.fromEntries(entries.filter(([name]) => !name.startsWith(leftOut)));
}

function encodeToolFields(
  request: ChatRequest,
  warn: Warn,
): Pick<Body, 'tool_choice' | 'parallel_tool_calls'> & { tools?: JsonObject[] } {
  const kept = Object.entries(request.extra ?? {}).flatMap(([name, value]) =>
    name.startsWith(keptTools) && Array.isArray(value) ? value.filter(tool => isJsonObject(tool)) : [],
  );
  const tools = [...encodeTools(request.tools ?? []), ...kept];
  const parallel = request.options.parallel_tool_calls;
  // Servers refuse tool_choice and parallel_tool_calls where there are no tools.
  if (tools.length === 0) {
    if (request.tool_choice?.type === 'required' || request.tool_choice?.type === 'tool') warn('tool_choice');
    return {};
  }
  return {
    tools,
    ...(request.tool_choice && { tool_choice: encodeToolChoice(request.tool_choice, readToolBook(request)) }),
    ...(parallel !== undefined && { parallel_tool_calls: parallel }),
  };
}

function encodeOptions(options: RequestOptions, warn: Warn): Body {
  const body: Body & { frequency_penalty?: number; presence_penalty?: number } = {};
  const { max_tokens, metadata, user } = options;
  if (max_tokens !== undefined) body.max_output_tokens = max_tokens;
  if (user !== undefined) body.user = encodeUser(user);
  if (metadata && isPlain(metadata)) body.metadata = metadata;
  else if (metadata) warn('metadata');
  // Compatible servers know them. OpenAI refuses them by name, which is better than an answer made otherwise than
  // asked; zero asks for nothing, and several tools always send it.
  for (const name of ['frequency_penalty', 'presence_penalty'] as const) {
    if (options[name]) body[name] = options[name];
  }
  return body;
}

/** OpenAI takes texts only. */
function isPlain(metadata: JsonObject): metadata is Record<string, string> {
  return Object.values(metadata).every(value => typeof value === 'string');
}

/** A prompt is kept for a short while anyway; what the tool itself wrote in this format is more exact. */
function encodeCache({ cache }: RequestOptions, model: TargetModel, extra: JsonObject, warn: Warn): Body {
  if (cache === undefined || 'prompt_cache_retention' in extra || 'prompt_cache_options' in extra) return {};
  if (cache === 'long' && keepsPrompts(model.id)) return { prompt_cache_retention: '24h' };
  if (cache === 'long' || !isOpenaiModel(model.id)) warn('cache');
  return {};
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

function encodeReasoning({ options, extra }: ChatRequest, model: TargetModel, warn: Warn): JsonObject {
  const native = extra?.['reasoning'];
  const { effort: _effort, ...rest } = isJsonObject(native) ? native : {};
  const effort = effortOf(options);
  const { reasoning_effort: said, reasoning_budget: budget } = options;
  if (model.reasoning === false) {
    if (said !== undefined && said !== 'none') warn('reasoning_effort');
    if (budget !== undefined) warn('reasoning_budget');
  } else if (budget !== undefined && effort !== effortOf({ reasoning_budget: budget })) {
    warn('reasoning_budget');
  }
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
  const effort = effortOf(options);
  const thinks =
    model.reasoning ?? (isOpenaiReasoner(model.id) || (effort !== undefined && effort !== 'none'));
  // Models that do not reason refuse it.
  return !thinks || asked.includes(encrypted) ? asked : [...asked, encrypted];
}
