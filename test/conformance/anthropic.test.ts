import Anthropic from '@anthropic-ai/sdk';
import { expect } from 'vitest';

import { describeClient } from './support/client-suite.ts';
import type { Answer, ConformanceClient, Question } from './support/client-suite.ts';
import { ANSWER_SCHEMA, TOOL_NAME, TOOL_SCHEMA } from './support/scenarios.ts';

type Params = Anthropic.MessageCreateParamsNonStreaming;

const anthropic: ConformanceClient = {
  name: 'anthropic',
  dialect: 'anthropic_messages',
  finish: { stop: 'end_turn', length: 'max_tokens', tool_use: 'tool_use' },
  readLimit(error) {
    expect(error).toBeInstanceOf(Anthropic.RateLimitError);
    const { status, message, headers } = error as InstanceType<typeof Anthropic.RateLimitError>;
    return { status, message, retryAfter: headers.get('retry-after') };
  },
  connect({ url, key }) {
    const client = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });
    return question => askMessages(client, question, firstMessages(question));
  },
};

describeClient(anthropic);

function firstMessages({ prompt, image }: Question): Anthropic.MessageParam[] {
  if (!image) return [{ role: 'user', content: prompt }];
  const source = { type: 'base64' as const, media_type: 'image/png' as const, data: image };
  return [
    {
      role: 'user',
      content: [
        { type: 'image', source },
        { type: 'text', text: prompt },
      ],
    },
  ];
}

function paramsOf(question: Question, messages: Anthropic.MessageParam[]): Params {
  const { model, system, tools, schema, reason, max_tokens = 1024 } = question;
  return {
    model,
    messages,
    max_tokens,
    ...(system !== undefined && { system: [{ type: 'text', text: system }] }),
    ...(reason && { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }),
    ...(tools && { tools: [{ name: TOOL_NAME, input_schema: TOOL_SCHEMA }] }),
    ...(schema && { output_config: { format: { type: 'json_schema', schema: ANSWER_SCHEMA } } }),
  };
}

async function askMessages(
  client: Anthropic,
  question: Question,
  messages: Anthropic.MessageParam[],
): Promise<Answer> {
  const params = paramsOf(question, messages);
  const message = question.stream
    ? await streamed(client, question, params)
    : await client.messages.create(params);
  const { content, stop_reason, usage } = message;
  const calls = content.filter(block => block.type === 'tool_use');
  const text = content.map(block => (block.type === 'text' ? block.text : '')).join('');
  return {
    text,
    reasoning: content.map(block => (block.type === 'thinking' ? block.thinking : '')).join(''),
    calls: calls.map(({ name, input }) => ({ name, input })),
    finish: stop_reason,
    usage: { input: usage.input_tokens, output: usage.output_tokens },
    parsed: question.schema && (JSON.parse(text) as unknown),
    reply: results =>
      askMessages(client, question, [
        ...messages,
        { role: 'assistant', content },
        {
          role: 'user',
          content: calls.map(({ id }, i) => ({
            type: 'tool_result',
            tool_use_id: id,
            content: results[i] ?? '',
          })),
        },
      ]),
  };
}

async function streamed(
  client: Anthropic,
  { signal, onText }: Question,
  params: Params,
): Promise<Anthropic.Message> {
  const stream = client.messages.stream(params, { signal: signal ?? null });
  stream.on('text', piece => onText?.(piece));
  return stream.finalMessage();
}
