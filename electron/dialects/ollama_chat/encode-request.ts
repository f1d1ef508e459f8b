import type { ChatRequest as WireRequest, Options, Tool as WireTool } from 'ollama';

import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { ChatRequest, RequestOptions, Tool } from '../../contract/request.ts';
import type { TargetModel, Warn } from '../dialect.ts';
import { warnOfMissing } from '../warn-of-missing.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeThink } from './think.ts';

/** The body for `/api/chat`. Throws AppError `invalid_request` for a tool choice that Ollama cannot honour. */
export function encodeRequest(
  request: ChatRequest,
  model: TargetModel,
  warn: Warn = () => undefined,
): JsonObject {
  const { options, extra = {} } = request;
  const settings = encodeSettings(options, extra['options']);
  const tools = encodeTools(request);
  const think = encodeThink(options, model, warn);
  const format = encodeFormat(options.output);
  warnOfMissing(request, warn);
  const { options: _o, tools: _t, think: _k, format: _f, ...others } = extra;
  const named = {
    model: model.id,
    // Said always: Ollama streams where nothing is said.
    stream: request.stream,
    ...(think !== undefined && { think }),
  } satisfies WireRequest;
  return {
    ...others,
    ...named,
    messages: encodeMessages(request, warn),
    ...(tools && { tools }),
    ...(format !== undefined && { format }),
    ...(Object.keys(settings).length > 0 && { options: settings }),
  };
}

function encodeTools({ tools, tool_choice: choice }: ChatRequest): JsonObject[] | undefined {
  if (!tools || tools.length === 0) return undefined;
  switch (choice?.type) {
    case 'none':
      // What it cannot see it cannot call.
      return undefined;
    case 'required':
    case 'tool':
      throw new AppError(
        'invalid_request',
        'Ollama cannot be made to call a tool: tool_choice can only be auto or none. Leave it out, or pick another model.',
        { body: { param: 'tool_choice' } },
      );
    case 'auto':
    case undefined:
      return tools.map(encodeTool);
  }
}

function encodeTool(tool: Tool): JsonObject {
  const { name, description, input_schema: schema } = tool;
  const isEmpty = Object.keys(schema).length === 0;
  const parameters: JsonObject = isEmpty ? { type: 'object', properties: {} } : schema;
  const head = { name, ...(description !== undefined && { description }) } satisfies WireTool['function'];
  return { type: 'function', function: { ...head, parameters } };
}

function encodeSettings(options: RequestOptions, others: Json | undefined): JsonObject {
  const settings: JsonObject = isJsonObject(others) ? { ...others } : {};
  if (options.max_tokens !== undefined) settings['num_predict' satisfies keyof Options] = options.max_tokens;
  const sameName = [
    'temperature',
    'top_p',
    'top_k',
    'stop',
    'seed',
    'frequency_penalty',
    'presence_penalty',
  ] as const satisfies (keyof Options & keyof RequestOptions)[];
  for (const name of sameName) {
    const value = options[name];
    if (value !== undefined) settings[name] = value;
  }
  return settings;
}

function encodeFormat(output: RequestOptions['output']): Json | undefined {
  switch (output?.type) {
    case 'json_object':
      return 'json';
    case 'json_schema':
      return output.schema;
    case undefined:
      return undefined;
  }
}
