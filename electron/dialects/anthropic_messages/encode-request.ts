import { AppError } from '../../contract/errors.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { ChatRequest, RequestOptions, Tool, ToolChoice } from '../../contract/request.ts';
import type { TargetModel } from '../dialect.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeOutputFormat } from './encode-output.ts';
import { encodeSampling } from './encode-sampling.ts';
import { encodeThinking } from './encode-thinking.ts';
import { rulesOf } from './model-rules.ts';
import { describesTools, saysSystem } from './native-words.ts';

/** Throws AppError `invalid_request` for options that would change the answer and that Anthropic cannot honour. */
export function encodeRequest(request: ChatRequest, model: TargetModel): JsonObject {
  const { options } = request;
  refuseUnsupported(options);
  const { system: _s, tools: _t, thinking: _r, output_config: _o, ...extra } = request.extra ?? {};
  const rules = rulesOf(model.id);
  const { outputConfig, ...thinking } = encodeThinking(request, model, rules);
  const config = { ...outputConfig, ...encodeOutputFormat(options.output) };
  const system = encodeSystem(request);
  const user = options.user ?? options.metadata?.['user_id'];
  return {
    ...extra,
    model: model.id,
    ...(system !== undefined && { system }),
    messages: encodeMessages(request.messages),
    stream: request.stream,
    ...thinking,
    ...encodeTools(request),
    ...encodeSampling(options, rules, thinking.thinking),
    ...(options.stop && options.stop.length > 0 && { stop_sequences: options.stop }),
    ...(Object.keys(config).length > 0 && { output_config: config }),
    ...(typeof user === 'string' && { metadata: { user_id: user } }),
  };
}

/** Zero asks for nothing, and several tools always send it. */
function refuseUnsupported(options: RequestOptions): void {
  const param = (['seed', 'frequency_penalty', 'presence_penalty'] as const).find(name =>
    name === 'seed' ? options.seed !== undefined : (options[name] ?? 0) !== 0,
  );
  if (param === undefined) return;
  throw new AppError(
    'invalid_request',
    `This model cannot be asked for ${param}, and without it the answer would be another one. Leave it out, or pick another model.`,
    { body: { param } },
  );
}

/** As the tool wrote it, with its cache marks, where it still says the same. */
function encodeSystem(request: ChatRequest): Json | undefined {
  const { system, extra, options } = request;
  const native = extra?.['system'];
  const isJson = options.output?.type === 'json_object';
  if (!isJson && saysSystem(native, system)) return native;
  // There is no switch for JSON without a schema.
  const rule = isJson ? 'Answer with one JSON object and nothing else.' : '';
  return [system ?? '', rule].filter(text => text.trim() !== '').join('\n\n') || undefined;
}

function encodeTools(request: ChatRequest): JsonObject {
  const { tools, tool_choice, options, extra } = request;
  // A choice without tools is refused.
  if (!tools || tools.length === 0) return {};
  const native = extra?.['tools'];
  const choice = encodeToolChoice(tool_choice, options.parallel_tool_calls);
  return {
    tools: describesTools(native, tools) ? native : tools.map(encodeTool),
    ...(choice && { tool_choice: choice }),
  };
}

function encodeTool(tool: Tool): JsonObject {
  const { name, description, input_schema, strict } = tool;
  const schema: JsonObject = { type: 'object', ...input_schema };
  if (Object.keys(input_schema).length === 0) schema['properties'] = {};
  return {
    name,
    ...(description !== undefined && { description }),
    input_schema: schema,
    ...(strict !== undefined && { strict }),
  };
}

function encodeToolChoice(
  choice: ToolChoice | undefined,
  parallel: boolean | undefined,
): JsonObject | undefined {
  const single: JsonObject = parallel === false ? { disable_parallel_tool_use: true } : {};
  switch (choice?.type) {
    case 'none':
      return { type: 'none' };
    case 'required':
      return { type: 'any', ...single };
    case 'tool':
      return { type: 'tool', name: choice.name, ...single };
    case 'auto':
      return { type: 'auto', ...single };
    case undefined:
      return parallel === false ? { type: 'auto', ...single } : undefined;
  }
}
