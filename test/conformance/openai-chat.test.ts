import OpenAI from 'openai';
import { expect } from 'vitest';

import { describeClient } from './support/client-suite.ts';
import type { Answer, ConformanceClient, Question } from './support/client-suite.ts';
import { ANSWER_SCHEMA, TOOL_NAME, TOOL_SCHEMA } from './support/scenarios.ts';

type Params = OpenAI.ChatCompletionCreateParamsNonStreaming;
type Message = OpenAI.ChatCompletionMessage & { reasoning_content?: string };

const openaiChat: ConformanceClient = {
  name: 'openai chat',
  dialect: 'openai_completions',
  finish: { stop: 'stop', length: 'length', tool_use: 'tool_calls' },
  lacks: { signatures: 'Its messages have no place for them.' },
  readLimit(error) {
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    const { status, message, headers } = error as InstanceType<typeof OpenAI.RateLimitError>;
    return { status, message, retryAfter: headers.get('retry-after') };
  },
  connect({ url, key }) {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
    return question => askChat(client, question, firstMessages(question));
  },
};

describeClient(openaiChat);

function firstMessages({ prompt, system, image }: Question): OpenAI.ChatCompletionMessageParam[] {
  const url = `data:image/png;base64,${image ?? ''}`;
  return [
    ...(system === undefined ? [] : [{ role: 'developer' as const, content: system }]),
    {
      role: 'user',
      content: image
        ? [
            { type: 'text', text: prompt },
            { type: 'image_url', image_url: { url } },
          ]
        : prompt,
    },
  ];
}

function paramsOf(question: Question, messages: OpenAI.ChatCompletionMessageParam[]): Params {
  const { model, tools, schema, reason, max_tokens } = question;
  return {
    model,
    messages,
    ...(max_tokens && { max_completion_tokens: max_tokens }),
    ...(reason && { reasoning_effort: 'low' }),
    ...(tools && { tools: [{ type: 'function', function: { name: TOOL_NAME, parameters: TOOL_SCHEMA } }] }),
    ...(schema && {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'weather', schema: ANSWER_SCHEMA, strict: true },
      },
    }),
  };
}

async function askChat(
  client: OpenAI,
  question: Question,
  messages: OpenAI.ChatCompletionMessageParam[],
): Promise<Answer> {
  const params = paramsOf(question, messages);
  const { signal, onText } = question;
  let reasoning: string | undefined;
  let completion: OpenAI.ChatCompletion;
  if (question.stream) {
    const streamed = { ...params, stream: true as const, stream_options: { include_usage: true } };
    const stream = client.chat.completions.stream(streamed, { signal: signal ?? null });
    stream.on('content', piece => onText?.(piece));
    stream.on('chunk', ({ choices }) => {
      const delta = choices[0]?.delta as { reasoning_content?: string } | undefined; // beside OpenAI's own
      if (delta?.reasoning_content) reasoning = (reasoning ?? '') + delta.reasoning_content;
    });
    completion = await stream.finalChatCompletion();
  } else if (question.schema) {
    completion = await client.chat.completions.parse(params);
  } else {
    completion = await client.chat.completions.create(params);
  }
  const { message, finish_reason } = completion.choices[0]!;
  reasoning ??= (message as Message).reasoning_content;
  const calls = (message.tool_calls ?? []).filter(call => call.type === 'function');
  return {
    text: message.content ?? '',
    ...(reasoning !== undefined && { reasoning }),
    calls: calls.map(call => ({
      name: call.function.name,
      input: JSON.parse(call.function.arguments) as unknown,
    })),
    finish: finish_reason,
    usage: { input: completion.usage?.prompt_tokens, output: completion.usage?.completion_tokens },
    parsed: question.schema && (message as { parsed?: unknown }).parsed,
    reply: results =>
      askChat(client, question, [
        ...messages,
        message,
        ...calls.map((call, i) => ({
          role: 'tool' as const,
          tool_call_id: call.id,
          content: results[i] ?? '',
        })),
      ]),
  };
}
