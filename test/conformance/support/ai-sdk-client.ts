import { APICallError, generateText, isStepCount, jsonSchema, Output, streamText, tool } from 'ai';
import type { JSONValue, LanguageModel, ModelMessage } from 'ai';
import { expect, it } from 'vitest';

import type { DialectName } from '../../../electron/contract/models.ts';
import { describeClient } from './client-suite.ts';
import type { Answer, ConformanceClient, Question } from './client-suite.ts';
import { ANSWER_SCHEMA, prompts, TOOL_NAME, TOOL_RESULT, TOOL_SCHEMA } from './scenarios.ts';
import { upstreamsFor } from './start-bench.ts';
import type { Bench } from './start-bench.ts';

export type AiSdkProvider = {
  name: string;
  dialect: DialectName;
  createModel(bench: Bench): (model: string) => LanguageModel;
  lacks?: ConformanceClient['lacks'];
  /** Options of the provider's own, mostly to make it trust models whose names it does not know. */
  options?: Record<string, Record<string, JSONValue>>;
};

type Settings = Parameters<typeof generateText>[0] & Parameters<typeof streamText>[0];

const weather = tool({
  description: 'The weather in a city.',
  inputSchema: jsonSchema<{ city: string }>(TOOL_SCHEMA),
});

/** The AI SDK is one client with five ways to ask: they differ in the model they are given, and in little else. */
export function describeAiSdk(provider: AiSdkProvider): void {
  const client: ConformanceClient = {
    name: provider.name,
    dialect: provider.dialect,
    finish: { stop: 'stop', length: 'length', tool_use: 'tool-calls' },
    ...(provider.lacks && { lacks: provider.lacks }),
    readLimit(error) {
      expect(APICallError.isInstance(error) && error.isRetryable).toBe(true);
      const { statusCode, message, responseHeaders, responseBody = '' } = error as APICallError;
      // Google says it in the body.
      const retryDelay = /"retryDelay":\s*"(\d+)s"/.exec(responseBody)?.[1];
      return { status: statusCode, message, retryAfter: responseHeaders?.['retry-after'] ?? retryDelay };
    },
    connect(bench) {
      const createModel = provider.createModel(bench);
      return question => ask(provider, createModel(question.model), question, firstMessages(question));
    },
  };
  describeClient(client, bench => describeSteps(provider, bench));
}

function firstMessages({ prompt, image }: Question): ModelMessage[] {
  return [
    {
      role: 'user',
      content: [
        { type: 'text', text: prompt },
        ...(image ? [{ type: 'file' as const, mediaType: 'image/png', data: image }] : []),
      ],
    },
  ];
}

async function ask(
  provider: AiSdkProvider,
  model: LanguageModel,
  question: Question,
  messages: ModelMessage[],
): Promise<Answer> {
  const { system, tools, schema, reason, max_tokens, signal } = question;
  const output = Output.object({
    schema: jsonSchema<{ city: string; degrees: number }>(ANSWER_SCHEMA),
    name: 'weather',
  });
  const settings = {
    model,
    messages,
    maxRetries: 0,
    ...(system !== undefined && { instructions: system }),
    ...(max_tokens && { maxOutputTokens: max_tokens }),
    providerOptions: provider.options ?? {},
    ...(reason && { reasoning: 'low' as const }),
    ...(tools && { tools: { [TOOL_NAME]: weather } }),
    ...(schema && { output }),
    ...(signal && { abortSignal: signal }),
    // Its types tell a value that is not there from one that is undefined; its functions do not.
  } as unknown as Settings;
  const result = question.stream ? await readStream(settings, question) : await generateText(settings);
  const toolCalls = await result.toolCalls;
  const { messages: said } = await result.response;
  const usage = await result.usage;
  return {
    text: await result.text,
    reasoning: (await result.reasoningText) ?? '',
    calls: toolCalls.map(({ toolName, input }) => ({ name: toolName, input: input as unknown })),
    finish: await result.finishReason,
    usage: { input: usage.inputTokens, output: usage.outputTokens },
    parsed: schema && ((await result.output) as unknown),
    reply: results =>
      ask(provider, model, question, [
        ...messages,
        ...said,
        {
          role: 'tool',
          content: toolCalls.map(({ toolCallId, toolName }, i) => ({
            type: 'tool-result',
            toolCallId,
            toolName,
            output: { type: 'text', value: results[i] ?? '' },
          })),
        },
      ]),
  };
}

/** Reads to the end as a tool does, and throws what the stream says went wrong. */
async function readStream(settings: Settings, { onText }: Question): Promise<ReturnType<typeof streamText>> {
  // Errors come in the stream; the default is to print them as well.
  const result = streamText({ ...settings, onError: () => undefined });
  for await (const part of result.stream) {
    if (part.type === 'text-delta') onText?.(part.text);
    if (part.type === 'error') throw part.error;
    if (part.type === 'abort') throw new Error('aborted');
  }
  return result;
}

/** The loop the AI SDK runs by itself: call, tool, answer. */
function describeSteps(provider: AiSdkProvider, bench: () => Bench): void {
  it.each(upstreamsFor(provider.dialect))(
    `runs a tool by itself, streamed, over $backend (${provider.name})`,
    async ({ backend, model }) => {
      const cities: string[] = [];
      const working = tool({
        description: 'The weather in a city.',
        inputSchema: jsonSchema<{ city: string }>(TOOL_SCHEMA),
        execute({ city }) {
          cities.push(city);
          return JSON.parse(TOOL_RESULT) as { degrees: number };
        },
      });
      const result = streamText({
        model: provider.createModel(bench())(`${backend}/${model}`),
        providerOptions: provider.options ?? {},
        prompt: prompts.parallel,
        tools: { [TOOL_NAME]: working },
        stopWhen: isStepCount(3),
        maxRetries: 0,
      });
      expect([await result.text, cities]).toEqual(['Rome is warmer than Oslo.', ['Oslo', 'Rome']]);
      expect((await result.steps).map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'stop']);
    },
  );
}
