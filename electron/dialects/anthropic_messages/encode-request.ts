import type { MessageCreateParamsBase } from '@anthropic-ai/sdk/resources/messages';

import { AppError } from '../../contract/errors.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { ChatRequest, RequestOptions } from '../../contract/request.ts';
import type { TargetModel, Warn } from '../dialect.ts';
import { withQuestion } from '../opening-question.ts';
import { cacheMarkOf } from './cache-marks.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeOutputFormat } from './encode-output.ts';
import { encodeSampling } from './encode-sampling.ts';
import { encodeThinking } from './encode-thinking.ts';
import { encodeTools } from './encode-tools.ts';
import { rulesOf } from './model-rules.ts';
import { keepSystem } from './native-words.ts';

/** Throws AppError `invalid_request` for options that would change the answer and that Anthropic cannot honour. */
export function encodeRequest(
  asked: ChatRequest,
  model: TargetModel,
  warn: Warn = () => undefined,
): JsonObject {
  const request = withQuestion(asked);
  const { options } = request;
  refuseUnsupported(options);
  const { system: _s, tools: _t, thinking: _r, output_config: _o, ...extra } = request.extra ?? {};
  const rules = rulesOf(model.id);
  const cacheMark = cacheMarkOf(request);
  const { outputConfig, ...thinking } = encodeThinking({ request, model, rules, warn });
  const config = { ...outputConfig, ...encodeOutputFormat(options.output, warn) };
  const system = encodeSystem(request, cacheMark);
  const { user_id: ownUser, ...metadata } = options.metadata ?? {};
  if (Object.keys(metadata).length > 0) warn('metadata');
  const user = options.user ?? ownUser;
  const named = {
    model: model.id,
    stream: request.stream,
    ...(options.stop && options.stop.length > 0 && { stop_sequences: options.stop }),
    ...(typeof user === 'string' && { metadata: { user_id: user } }),
  } satisfies Partial<MessageCreateParamsBase>;
  return {
    ...extra,
    ...named,
    ...(system !== undefined && { system }),
    messages: encodeMessages(request.messages, cacheMark, warn),
    ...thinking,
    ...encodeTools(request, cacheMark),
    ...encodeSampling(options, rules, thinking.thinking, warn),
    ...(Object.keys(config).length > 0 && { output_config: config }),
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
function encodeSystem(
  { system = '', extra, options }: ChatRequest,
  cacheMark: JsonObject | undefined,
): Json | undefined {
  // There is no switch for JSON without a schema.
  const rule = options.output?.type === 'json_object' ? 'Answer with one JSON object and nothing else.' : '';
  const text = [system, rule].filter(part => part.trim() !== '').join('\n\n');
  if (text === '') return undefined;
  const native = keepSystem(extra?.['system'], text);
  if (native) return native;
  return cacheMark ? [{ type: 'text', text, cache_control: cacheMark }] : text;
}
