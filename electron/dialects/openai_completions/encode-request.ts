import type {
  ChatCompletionCreateParamsBase,
  ChatCompletionFunctionTool,
} from 'openai/resources/chat/completions';

import type { JsonObject } from '../../contract/json.ts';
import type { ChatRequest, RequestOptions, Tool, ToolChoice } from '../../contract/request.ts';
import type { TargetModel, Warn } from '../dialect.ts';
import { encodeSampling, encodeUser, isOpenaiModel, keepsPrompts } from '../openai-models.ts';
import { effortOf } from '../reasoning-budget.ts';
import { encodeToolName } from '../tool-name.ts';
import type { Wire } from '../wire.ts';
import { cacheWishOf, markMessages, readOwnMarks } from './cache-marks.ts';
import { encodeMessages } from './encode-messages.ts';
import { readCustomTool } from './native-tool.ts';

type Body = Wire<Omit<ChatCompletionCreateParamsBase, 'messages' | 'model'>>;

const ignore: Warn = () => undefined;

/** The body for `/v1/chat/completions`. */
export function encodeRequest(request: ChatRequest, model: TargetModel, warn: Warn = ignore): JsonObject {
  const cache = encodeCache(request, model, warn);
  const messages = encodeMessages(request, model, warn);
  const body: JsonObject = {
    ...fieldsOf(request.extra ?? {}, warn),
    model: model.id,
    messages: cache.marks ? markMessages(messages, cache.marks) : messages,
    stream: request.stream,
  };
  // Without this most servers never report usage for a streamed answer.
  if (request.stream) body['stream_options'] = { include_usage: true };
  else delete body['stream_options'];
  Object.assign(body, cache.fields, encodeTools(request, warn), encodeOptions(request, model, warn));
  return body;
}

/** Parts of messages that were kept under this name; names of speakers cannot be told again. */
const keptParts = 'messages.';

function fieldsOf(extra: JsonObject, warn: Warn): JsonObject {
  if (extra['messages.name'] !== undefined) warn('messages.name');
  return Object.fromEntries(Object.entries(extra).filter(([name]) => !name.startsWith(keptParts)));
}

function encodeTools({ tools, tool_choice, options }: ChatRequest, warn: Warn): Body {
  // Servers refuse tool_choice and parallel_tool_calls where there are no tools.
  if (!tools || tools.length === 0) {
    if (tool_choice?.type === 'required' || tool_choice?.type === 'tool') warn('tool_choice');
    return {};
  }
  const custom = new Set(tools.filter(tool => readCustomTool(tool)).map(tool => tool.name));
  const parallel = options.parallel_tool_calls;
  return {
    tools: tools.map(encodeTool),
    ...(tool_choice && { tool_choice: encodeToolChoice(tool_choice, custom) }),
    ...(parallel !== undefined && { parallel_tool_calls: parallel }),
  };
}

type WireTool = NonNullable<Body['tools']>[number];

function encodeTool(tool: Tool): WireTool {
  const custom = readCustomTool(tool);
  // It came in this format, so that it is one of its tools.
  if (custom) return custom as unknown as WireTool;
  // An empty schema is refused by some servers; this one means the same.
  const isEmpty = Object.keys(tool.input_schema).length === 0;
  const target: Wire<ChatCompletionFunctionTool['function']> = {
    name: encodeToolName(tool.name),
    ...(tool.description !== undefined && { description: tool.description }),
    parameters: isEmpty ? { type: 'object', properties: {} } : tool.input_schema,
    ...(tool.strict !== undefined && { strict: tool.strict }),
  };
  return { type: 'function', function: target };
}

function encodeToolChoice(choice: ToolChoice, custom: ReadonlySet<string>): NonNullable<Body['tool_choice']> {
  switch (choice.type) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.type;
    case 'tool':
      return custom.has(choice.name)
        ? { type: 'custom', custom: { name: choice.name } }
        : { type: 'function', function: { name: encodeToolName(choice.name) } };
  }
}

const sameNames = ['stop', 'seed', 'frequency_penalty', 'presence_penalty'] as const;

function encodeOptions({ options, extra = {} }: ChatRequest, model: TargetModel, warn: Warn): JsonObject {
  const { max_tokens, top_k, metadata, user, output } = options;
  const body: Body & { top_k?: number } = { ...encodeSampling(options, model.id, effortOf(options), warn) };
  if (max_tokens !== undefined) body[maxTokensField(model)] = max_tokens;
  for (const name of sameNames)
    if (options[name] !== undefined) Object.assign(body, { [name]: options[name] });
  // Most compatible servers know it; OpenAI has nothing like it.
  if (top_k !== undefined && !('top_k' in extra)) {
    if (isOpenaiModel(model.id)) warn('top_k');
    else body.top_k = top_k;
  }
  // OpenAI takes it only with what it shall store, and most others not at all.
  if (metadata && Object.keys(metadata).length > 0 && !('metadata' in extra)) warn('metadata');
  if (user !== undefined) body.user = encodeUser(user);
  const effort = encodeEffort(options, model, warn);
  // OpenRouter's own object says the same, and more exactly.
  if (effort !== undefined && !('reasoning' in extra)) body.reasoning_effort = effort;
  if (output) body.response_format = encodeOutput(output);
  return body;
}

/** OpenAI's highest level is xhigh with most of its models. */
function encodeEffort(
  options: RequestOptions,
  model: TargetModel,
  warn: Warn,
): Exclude<Body['reasoning_effort'], null> {
  const effort = effortOf(options);
  const { reasoning_effort: said, reasoning_budget: budget } = options;
  if (model.reasoning === false) {
    if (said !== undefined && said !== 'none') warn('reasoning_effort');
    if (budget !== undefined) warn('reasoning_budget');
    return undefined;
  }
  if (budget !== undefined && effort !== effortOf({ reasoning_budget: budget })) warn('reasoning_budget');
  return effort === 'max' ? 'xhigh' : effort;
}

/** How the prompt is kept: by a field of OpenAI's, or by marks in the messages where an aggregator takes Anthropic's. */
function encodeCache(
  request: ChatRequest,
  model: TargetModel,
  warn: Warn,
): { fields: Body; marks?: 'short' | 'long' } {
  const cache = cacheWishOf(request);
  // What the tool wrote in this format goes on as it is.
  if (cache === undefined || hasOwnWish(request)) return { fields: {} };
  if (/^~?anthropic\//.test(model.id)) return { fields: {}, marks: cache };
  if (cache === 'long' && keepsPrompts(model.id)) return { fields: { prompt_cache_retention: '24h' } };
  // OpenAI keeps every prompt for a short while.
  if (cache === 'long' || !isOpenaiModel(model.id)) warn('cache');
  return { fields: {} };
}

function hasOwnWish({ extra = {}, messages }: ChatRequest): boolean {
  const isMarked = messages.some(message => Object.keys(readOwnMarks(message)).length > 0);
  const fields = ['prompt_cache_retention', 'prompt_cache_options', 'messages.system'];
  return isMarked || fields.some(name => name in extra);
}

/**
 * Compatible servers know `max_tokens`, many of them nothing else. OpenAI's own reasoning models (o1 and later,
 * gpt-5 and later) refuse it and want `max_completion_tokens`; their ids stand without a vendor before them only at
 * OpenAI and Azure. A provider script can rename the field for others.
 */
function maxTokensField(model: TargetModel): 'max_tokens' | 'max_completion_tokens' {
  return /^(?:o[1-9]|gpt-(?:[5-9]|\d\d))/.test(model.id) ? 'max_completion_tokens' : 'max_tokens';
}

function encodeOutput(output: NonNullable<RequestOptions['output']>): NonNullable<Body['response_format']> {
  switch (output.type) {
    case 'json_object':
      return { type: 'json_object' };
    case 'json_schema': {
      const { name, schema, strict } = output;
      return { type: 'json_schema', json_schema: { name, schema, ...(strict !== undefined && { strict }) } };
    }
  }
}
