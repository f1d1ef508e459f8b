import type { JsonObject } from '../../contract/json.ts';
import type { ChatRequest, RequestOptions, Tool, ToolChoice } from '../../contract/request.ts';
import type { TargetModel } from '../dialect.ts';
import { encodeMessages } from './encode-messages.ts';

/**
 * The body for `/v1/chat/completions`. `top_k` is sent where it was asked for, because most compatible servers know
 * it; OpenAI itself refuses it by name, which is better than an answer made otherwise than asked.
 */
export function encodeRequest(request: ChatRequest, model: TargetModel): JsonObject {
  const body: JsonObject = {
    ...request.extra,
    model: model.id,
    messages: encodeMessages(request),
    stream: request.stream,
  };
  // Without this most servers never report usage for a streamed answer.
  if (request.stream) body['stream_options'] = { include_usage: true };
  else delete body['stream_options'];
  Object.assign(body, encodeTools(request), encodeOptions(request.options, model));
  return body;
}

function encodeTools(request: ChatRequest): JsonObject {
  // Servers refuse tool_choice and parallel_tool_calls where there are no tools.
  if (!request.tools || request.tools.length === 0) return {};
  const body: JsonObject = { tools: request.tools.map(encodeTool) };
  if (request.tool_choice) body['tool_choice'] = encodeToolChoice(request.tool_choice);
  const parallel = request.options.parallel_tool_calls;
  if (parallel !== undefined) body['parallel_tool_calls'] = parallel;
  return body;
}

function encodeTool(tool: Tool): JsonObject {
  const target: JsonObject = { name: tool.name };
  if (tool.description !== undefined) target['description'] = tool.description;
  // An empty schema is refused by some servers; this one means the same.
  const isEmpty = Object.keys(tool.input_schema).length === 0;
  target['parameters'] = isEmpty ? { type: 'object', properties: {} } : tool.input_schema;
  if (tool.strict !== undefined) target['strict'] = tool.strict;
  return { type: 'function', function: target };
}

function encodeToolChoice(choice: ToolChoice): string | JsonObject {
  switch (choice.type) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.type;
    case 'tool':
      return { type: 'function', function: { name: choice.name } };
  }
}

function encodeOptions(options: RequestOptions, model: TargetModel): JsonObject {
  const body: JsonObject = {};
  if (options.max_tokens !== undefined) body[maxTokensField(model)] = options.max_tokens;
  const sameName = [
    'temperature',
    'top_p',
    'top_k',
    'stop',
    'seed',
    'frequency_penalty',
    'presence_penalty',
  ] as const;
  for (const name of [...sameName, 'metadata', 'user'] as const) {
    const value = options[name];
    if (value !== undefined) body[name] = value;
  }
  const effort = options.reasoning_effort;
  if (effort !== undefined && model.reasoning !== false) {
    // OpenAI's highest level is xhigh.
    body['reasoning_effort'] = effort === 'max' ? 'xhigh' : effort;
  }
  if (options.output) body['response_format'] = encodeOutput(options.output);
  return body;
}

/**
 * Compatible servers know `max_tokens`, many of them nothing else. OpenAI's own reasoning models (o1 and later,
 * gpt-5 and later) refuse it and want `max_completion_tokens`; their ids stand without a vendor before them only at
 * OpenAI and Azure. A provider script can rename the field for others.
 */
function maxTokensField(model: TargetModel): string {
  return /^(?:o[1-9]|gpt-(?:[5-9]|\d\d))/.test(model.id) ? 'max_completion_tokens' : 'max_tokens';
}

function encodeOutput(output: NonNullable<RequestOptions['output']>): JsonObject {
  switch (output.type) {
    case 'json_object':
      return { type: 'json_object' };
    case 'json_schema': {
      const { name, schema, strict } = output;
      return { type: 'json_schema', json_schema: { name, schema, ...(strict !== undefined && { strict }) } };
    }
  }
}
