import { ApiError, GoogleGenAI } from '@google/genai';
import type {
  Chat,
  GenerateContentConfig,
  GenerateContentResponse,
  Part,
  PartListUnion,
} from '@google/genai';
import { expect } from 'vitest';

import { describeClient } from './support/client-suite.ts';
import type { Answer, ConformanceClient, Question } from './support/client-suite.ts';
import { ANSWER_SCHEMA, TOOL_NAME, TOOL_SCHEMA } from './support/scenarios.ts';

const genai: ConformanceClient = {
  name: 'google genai',
  dialect: 'google_gemini',
  finish: { stop: 'STOP', length: 'MAX_TOKENS', tool_use: 'STOP' },
  readLimit(error) {
    expect(error).toBeInstanceOf(ApiError);
    const { status, message } = error as ApiError;
    const { details = [] } = (JSON.parse(message) as { error: { details?: { retryDelay?: string }[] } })
      .error;
    const retryDelay = details.find(detail => detail.retryDelay !== undefined)?.retryDelay;
    return { status, message, retryAfter: retryDelay?.replace(/s$/, '') ?? null };
  },
  connect({ url, key }) {
    const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } });
    return question => {
      const { prompt, image } = question;
      const chat = client.chats.create({ model: question.model, config: configOf(question) });
      const picture: Part[] = image ? [{ inlineData: { mimeType: 'image/png', data: image } }] : [];
      return askChat(chat, question, [...picture, { text: prompt }]);
    };
  },
};

describeClient(genai);

function configOf({ system, tools, schema, reason, max_tokens, signal }: Question): GenerateContentConfig {
  return {
    ...(system !== undefined && { systemInstruction: system }),
    ...(max_tokens && { maxOutputTokens: max_tokens }),
    ...(reason && { thinkingConfig: { includeThoughts: true, thinkingBudget: 1024 } }),
    ...(tools && {
      tools: [{ functionDeclarations: [{ name: TOOL_NAME, parametersJsonSchema: TOOL_SCHEMA }] }],
    }),
    ...(schema && { responseMimeType: 'application/json', responseJsonSchema: ANSWER_SCHEMA }),
    ...(signal && { abortSignal: signal }),
  };
}

async function askChat(chat: Chat, question: Question, message: PartListUnion): Promise<Answer> {
  const chunks: GenerateContentResponse[] = [];
  if (question.stream) {
    for await (const chunk of await chat.sendMessageStream({ message })) {
      chunks.push(chunk);
      if (chunk.text) question.onText?.(chunk.text);
    }
  } else {
    chunks.push(await chat.sendMessage({ message }));
  }
  const parts = chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
  const textOf = (thought: boolean): string =>
    parts.flatMap(part => (part.text && (part.thought ?? false) === thought ? [part.text] : [])).join('');
  const calls = parts.flatMap(({ functionCall }) => functionCall ?? []);
  const last = chunks.at(-1);
  return {
    text: textOf(false),
    reasoning: textOf(true),
    calls: calls.map(({ name = '', args }) => ({ name, input: args })),
    finish: last?.candidates?.[0]?.finishReason,
    usage: {
      input: last?.usageMetadata?.promptTokenCount,
      output: last?.usageMetadata?.candidatesTokenCount,
    },
    parsed: question.schema && (JSON.parse(textOf(false)) as unknown),
    reply: results =>
      askChat(
        chat,
        question,
        calls.map(({ id, name }, i) => ({
          functionResponse: {
            ...(id !== undefined && { id }),
            name: name ?? '',
            response: JSON.parse(results[i] ?? '{}') as Record<string, unknown>, // the scenarios' own
          },
        })),
      ),
  };
}
