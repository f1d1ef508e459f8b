import { LLMock } from '@copilotkit/aimock';

import type { DialectName } from '../../../electron/contract/models.ts';
import type { Script } from './wire.ts';

/** What the tools ask; each prompt is the name of what happens then. */
export const prompts = {
  hello: 'say hello',
  system: 'say who you are',
  tool: 'what is the weather in Oslo',
  parallel: 'compare two cities',
  json: 'answer in json',
  picture: 'describe the picture',
  thinking: 'think it over first',
  thinkingCall: 'ponder, then call',
  long: 'tell a long story',
  limited: 'too many of these',
  broken: 'fall over half-way',
  cut: 'end without a word',
  hangs: 'never come to an end',
} as const;

export const SYSTEM = 'You are called Ada. Answer in one word.';
export const TOOL_RESULT = '{"degrees":-4}';
export const THOUGHT = 'First the city, then its weather.';
/** Base64, so that it may stand in any vendor's field. */
export const SIGNATURE = 'RXFRQkNnSVlBaElNLys9PQ==';
/** One white pixel. */
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
export const TOOL_NAME = 'get_weather';
export const TOOL_SCHEMA = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const, description: 'Name of a city.' } },
  required: ['city'],
  additionalProperties: false,
};
export const ANSWER_SCHEMA = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const }, degrees: { type: 'number' as const } },
  required: ['city', 'degrees'],
  additionalProperties: false,
};

const usage = {
  prompt_tokens: 11,
  completion_tokens: 4,
  total_tokens: 15,
  input_tokens: 11,
  output_tokens: 4,
  promptTokenCount: 11,
  candidatesTokenCount: 4,
  totalTokenCount: 15,
};

/** The upstream nobody here wrote: five dialects on one port. */
export function createAimock(apiKey: string): LLMock {
  const mock = new LLMock({ port: 0, chunkSize: 4, auth: { apiKeys: [apiKey] } });
  mock.onMessage(prompts.hello, { content: 'Hi there!', usage });
  mock.on({ userMessage: prompts.system, systemMessage: SYSTEM }, { content: 'Ada.', usage });
  mock.on(
    { userMessage: prompts.tool, hasToolResult: false, toolName: TOOL_NAME },
    { toolCalls: [{ name: TOOL_NAME, arguments: { city: 'Oslo' } }], usage },
  );
  mock.on(
    { userMessage: prompts.tool, hasToolResult: true, toolResultContains: '-4' },
    { content: 'It is cold in Oslo.', usage },
  );
  mock.on(
    { userMessage: prompts.parallel, hasToolResult: false, toolName: TOOL_NAME },
    {
      content: 'I will look.',
      toolCalls: [
        { name: TOOL_NAME, arguments: { city: 'Oslo' } },
        { name: TOOL_NAME, arguments: { city: 'Rome' } },
      ],
      usage,
    },
  );
  mock.on(
    { userMessage: prompts.parallel, hasToolResult: true },
    { content: 'Rome is warmer than Oslo.', usage },
  );
  mock.onMessage(prompts.json, { content: '{"city":"Oslo","degrees":-4}', usage });
  mock.onMessage(prompts.picture, { content: 'One pixel.', usage });
  mock.onMessage(prompts.long, { content: 'Once upon a time', finishReason: 'length', usage });
  return mock;
}

/** How an answer that is written out by hand ends. */
export type Ending = 'finish' | 'error' | 'cut' | 'hang' | 'limit' | 'refuse';
export type Scripted = { script: Script; ending: Ending };

const call = { id: 'call_7', name: TOOL_NAME, input: { city: 'Oslo' } };

/** What aimock cannot do, or not in this dialect; undefined is left to it. */
export function scriptedAnswer(dialect: DialectName, body: string): Scripted | undefined {
  const asks = (prompt: string): boolean => body.includes(prompt);
  const done = (script: Script): Scripted => ({ script, ending: 'finish' });
  if (asks(prompts.thinking)) return done({ thinking: THOUGHT, signature: SIGNATURE, text: ['Cold', '.'] });
  if (asks(prompts.thinkingCall)) {
    return body.includes('degrees')
      ? done({ text: ['It is cold', ' in Oslo.'] })
      : done({ thinking: THOUGHT, signature: SIGNATURE, calls: [call] });
  }
  const half = { text: ['Half', ' of'] };
  if (asks(prompts.limited)) return { script: {}, ending: 'limit' };
  if (asks(prompts.broken)) return { script: half, ending: 'error' };
  if (asks(prompts.cut)) return { script: half, ending: 'cut' };
  if (asks(prompts.hangs)) return { script: half, ending: 'hang' };
  // aimock's Ollama counts no tokens and never runs out of them; its Responses do so without saying why.
  if (asks(prompts.hello) && dialect === 'ollama_chat') return done({ text: ['Hi ', 'there!'] });
  if (!asks(prompts.long)) return undefined;
  const cannot: DialectName[] = ['ollama_chat', 'openai_responses'];
  return cannot.includes(dialect) ? done({ text: ['Once upon', ' a time'], length: true }) : undefined;
}
