import OpenAI from 'openai';
import type { ResponseCreateAndStreamParams } from 'openai/lib/responses/ResponseStream';
import { expect } from 'vitest';

import { describeClient } from './support/client-suite.ts';
import type { Answer, ConformanceClient, Question } from './support/client-suite.ts';
import { ANSWER_SCHEMA, TOOL_NAME, TOOL_SCHEMA } from './support/scenarios.ts';

type Input = OpenAI.Responses.ResponseInputItem[];
type Params = OpenAI.Responses.ResponseCreateParamsNonStreaming;
type Parsed = OpenAI.Responses.Response & { output_parsed?: unknown };

const openaiResponses: ConformanceClient = {
  name: 'openai responses',
  dialect: 'openai_responses',
  finish: { stop: 'completed', length: 'incomplete: max_output_tokens', tool_use: 'completed' },
  readLimit(error) {
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    const { status, message, headers } = error as InstanceType<typeof OpenAI.RateLimitError>;
    return { status, message, retryAfter: headers.get('retry-after') };
  },
  connect({ url, key }) {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
    return question => askResponses(client, question, firstInput(question));
  },
};

describeClient(openaiResponses);

function firstInput({ prompt, image }: Question): Input {
  if (!image) return [{ role: 'user', content: prompt }];
  const image_url = `data:image/png;base64,${image}`;
  return [
    {
      role: 'user',
      content: [
        { type: 'input_text', text: prompt },
        { type: 'input_image', image_url, detail: 'auto' },
      ],
    },
  ];
}

function paramsOf({ model, system, tools, schema, reason, max_tokens }: Question, input: Input): Params {
  return {
    model,
    input,
    store: false,
    ...(system !== undefined && { instructions: system }),
    ...(max_tokens && { max_output_tokens: max_tokens }),
    ...(reason && {
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
    }),
    ...(tools && {
      tools: [{ type: 'function', name: TOOL_NAME, parameters: TOOL_SCHEMA, strict: true }],
    }),
    ...(schema && {
      text: { format: { type: 'json_schema', name: 'weather', schema: ANSWER_SCHEMA, strict: true } },
    }),
  };
}

async function askResponses(client: OpenAI, question: Question, input: Input): Promise<Answer> {
  const params = paramsOf(question, input);
  const response: Parsed = question.stream
    ? await streamed(client, question, params)
    : question.schema
      ? await client.responses.parse(params)
      : await client.responses.create(params);
  const { output, status, incomplete_details, usage } = response;
  // The helper ends quietly then, and leaves it to its user to look.
  if (status === 'failed') throw new Error(response.error?.message ?? 'failed without an error');
  const calls = output.filter(item => item.type === 'function_call');
  const reasoning = output
    .filter(item => item.type === 'reasoning')
    .flatMap(({ summary }) => summary.map(({ text }) => text))
    .join('');
  return {
    text: response.output_text,
    reasoning,
    calls: calls.map(call => ({ name: call.name, input: JSON.parse(call.arguments) as unknown })),
    finish: status === 'incomplete' ? `incomplete: ${incomplete_details?.reason ?? ''}` : status,
    usage: { input: usage?.input_tokens, output: usage?.output_tokens },
    parsed: response.output_parsed,
    reply: results =>
      askResponses(client, question, [
        ...input,
        ...(output as Input), // what was put out is put in again
        ...calls.map(({ call_id }, i) => ({
          type: 'function_call_output' as const,
          call_id,
          output: results[i] ?? '',
        })),
      ]),
  };
}

async function streamed(client: OpenAI, { signal, onText }: Question, params: Params): Promise<Parsed> {
  // The same fields: the types differ in `stream` alone, which is not set.
  const stream = client.responses.stream(params as unknown as ResponseCreateAndStreamParams, {
    signal: signal ?? null,
  });
  stream.on('response.output_text.delta', ({ delta }) => onText?.(delta));
  const numbers: (number | undefined)[] = [];
  for await (const { sequence_number } of stream) numbers.push(sequence_number);
  // aimock counts nothing, and then nothing is to be seen of it.
  if (numbers.some(number => number !== undefined)) expect(numbers).toEqual(numbers.map((_, i) => i));
  return stream.finalResponse();
}
