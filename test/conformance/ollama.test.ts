import { Ollama } from 'ollama';
import type { ChatRequest, ChatResponse, Message } from 'ollama';
import { expect } from 'vitest';

import { describeClient } from './support/client-suite.ts';
import type { Answer, ConformanceClient, Question } from './support/client-suite.ts';
import { ANSWER_SCHEMA, TOOL_NAME, TOOL_SCHEMA } from './support/scenarios.ts';

const ollama: ConformanceClient = {
  name: 'ollama',
  dialect: 'ollama_chat',
  finish: { stop: 'stop', length: 'length', tool_use: 'stop' },
  lacks: {
    signatures: 'Its messages have no place for them.',
    'retry-after': 'Its errors hold no headers.',
  },
  readLimit(error) {
    expect(error).toMatchObject({ name: 'ResponseError' });
    const { status_code, message } = error as { status_code: number; message: string };
    return { status: status_code, message };
  },
  connect({ url, key }) {
    // Aborting ends all of a client's streams: each question has its own.
    return question =>
      askChat(
        new Ollama({ host: url, headers: { authorization: `Bearer ${key}` } }),
        question,
        firstMessages(question),
      );
  },
};

describeClient(ollama);

function firstMessages({ prompt, system, image }: Question): Message[] {
  return [
    ...(system === undefined ? [] : [{ role: 'system', content: system }]),
    { role: 'user', content: prompt, ...(image && { images: [image] }) },
  ];
}

function requestOf({ model, tools, schema, reason, max_tokens }: Question, messages: Message[]): ChatRequest {
  return {
    model,
    messages,
    ...(max_tokens && { options: { num_predict: max_tokens } }),
    ...(reason && { think: true }),
    ...(tools && {
      tools: [
        { type: 'function', function: { name: TOOL_NAME, description: 'Weather.', parameters: TOOL_SCHEMA } },
      ],
    }),
    ...(schema && { format: ANSWER_SCHEMA }),
  };
}

async function askChat(client: Ollama, question: Question, messages: Message[]): Promise<Answer> {
  const request = requestOf(question, messages);
  const chunks: ChatResponse[] = [];
  if (question.stream) {
    question.signal?.addEventListener('abort', () => client.abort());
    for await (const chunk of await client.chat({ ...request, stream: true })) {
      chunks.push(chunk);
      if (chunk.message.content) question.onText?.(chunk.message.content);
    }
  } else {
    chunks.push(await client.chat({ ...request, stream: false }));
  }
  const join = (part: (message: Message) => string | undefined): string =>
    chunks.map(({ message }) => part(message) ?? '').join('');
  const calls = chunks.flatMap(({ message }) => message.tool_calls ?? []);
  const text = join(({ content }) => content);
  const thinking = join(message => message.thinking);
  const last = chunks.at(-1);
  return {
    text,
    reasoning: thinking,
    calls: calls.map(call => ({ name: call.function.name, input: call.function.arguments })),
    finish: last?.done_reason,
    usage: { input: last?.prompt_eval_count, output: last?.eval_count },
    parsed: question.schema && (JSON.parse(text) as unknown),
    reply: results =>
      askChat(client, question, [
        ...messages,
        { role: 'assistant', content: text, thinking, tool_calls: calls },
        ...calls.map((call, i) => ({
          role: 'tool',
          content: results[i] ?? '',
          tool_name: call.function.name,
        })),
      ]),
  };
}
