import { LLMock } from '@copilotkit/aimock';
import type { FixtureResponse } from '@copilotkit/aimock';

import type { DialectName } from '../../../electron/contract/models.ts';
import { readAsked } from './read-asked.ts';
import type { Asked, AskedTool } from './read-asked.ts';
import type { Scripted } from './scenarios.ts';
import type { Play } from './start-bench.ts';
import type { Json, Script } from './wire.ts';

/**
 * A model that does what it is told and knows four things: where a test suite wants a model that calls the tool it is
 * made to call, stops where it is made to stop, and answers in the shape it is given.
 */
export const puppet: Play = { createAimock: createPuppet, script: scriptPuppet, describe: describeAsked };

function createPuppet(apiKey: string): LLMock {
  const mock = new LLMock({ port: 0, chunkSize: 6, auth: { apiKeys: [apiKey] } });
  mock.on({ predicate: request => typeof request._context === 'string' }, request => {
    const context = decodeURIComponent(request._context ?? '');
    const { dialect, asked } = JSON.parse(context) as Described; // written by describeAsked
    const acted = act(asked);
    return asFixture({ ...acted, stopped: acted.stopped === true && dialect === 'anthropic_messages' });
  });
  return mock;
}

type Described = { dialect: DialectName; asked: Asked };

function describeAsked(dialect: DialectName, body: string): string {
  const described: Described = { dialect, asked: readAsked(dialect, body) };
  return encodeURIComponent(JSON.stringify(described));
}

/**
 * aimock checks little of what it is sent; its Ollama counts no tokens; its Responses run out of them without saying
 * so, and leave out much of what OpenAI's hold.
 */
function scriptPuppet(dialect: DialectName, body: string): Scripted | undefined {
  const { messages, input } = JSON.parse(body) as Json; // looked at, not trusted
  if (typeof messages === 'string' || typeof input === 'number') return { script: {}, ending: 'refuse' };
  if (dialect !== 'ollama_chat' && dialect !== 'openai_responses') return undefined;
  return { script: act(readAsked(dialect, body)), ending: 'finish' };
}

/** Also whether a stop sequence ended it, which not every vendor tells. */
type Acted = Script & { stopped?: boolean };

function act(asked: Asked): Acted {
  const calls = chooseTools(asked).map(({ name, schema }, i) => ({
    id: `call_${String(i)}`,
    name,
    input: instanceOf(schema) as Json, // a tool's arguments are an object
  }));
  const input = words(asked.text).length + words(asked.system).length + 3;
  const thinking = asked.think ? 'I will look at it closely.' : undefined;
  if (calls.length > 0) return { calls, tokens: { input, output: 9 }, ...(thinking && { thinking }) };
  const { text, length, stopped } = cut(answerOf(asked), asked);
  return {
    text: words(text),
    length,
    stopped,
    ...(thinking && { thinking }),
    tokens: { input, output: Math.min(words(text).length, asked.max_tokens ?? Infinity) },
  };
}

/** A word with the space after it. */
function words(text: string): string[] {
  return text.match(/\S+\s*/g) ?? [];
}

function chooseTools({ choice, tools, parallel }: Asked): AskedTool[] {
  if (choice === 'none' || choice === 'auto') return [];
  const named = tools.filter(({ name }) => choice === 'required' || name === choice);
  return parallel ? named : named.slice(0, 1);
}

function answerOf({ system, text, before, prefill, json }: Asked): string {
  if (/one JSON object and nothing else/.test(system)) return '{"name":"Ada","age":36}';
  if (json) return JSON.stringify(json === true ? { name: 'Ada', age: 36 } : instanceOf(json));
  if (prefill !== undefined) return 'is.';
  const told = /reply with exactly the word "(\w+)"/.exec(system)?.[1];
  if (told !== undefined) return told;
  const echo = /(?:nothing else|Say exactly): (.*)/s.exec(text)?.[1];
  if (echo !== undefined) return echo;
  if (text.includes('12 + 30')) return '42';
  if (text.includes('at length')) return 'And so on and on. '.repeat(20);
  const name = /My name is (\w+)/.exec(before)?.[1];
  if (name !== undefined) return name;
  if (/capital of France/i.test(text)) return 'Paris';
  return 'This is an ordinary answer of a few more words than ten, which is enough.';
}

type Cut = { text: string; length: boolean; stopped: boolean };

function cut(text: string, { stop, max_tokens = Infinity }: Asked): Cut {
  const end = Math.min(...stop.map(word => text.indexOf(word)).filter(at => at !== -1), text.length);
  const all = words(text.slice(0, end));
  const length = all.length > max_tokens;
  return { text: all.slice(0, max_tokens).join(''), length, stopped: !length && end < text.length };
}

/** The smallest value a JSON schema takes. */
function instanceOf(schema: unknown): unknown {
  const { type, properties, items, ...rest } = schema as Json; // looked at, not trusted
  const choices = rest['enum'];
  if (Array.isArray(choices)) return choices[0] as unknown;
  if (properties) {
    return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, instanceOf(value)]));
  }
  switch (String(type).toLowerCase()) {
    case 'integer':
    case 'number':
      return 4;
    case 'boolean':
      return true;
    case 'array':
      return items ? [instanceOf(items)] : [];
    case 'object':
      return {};
    default:
      return 'Oslo';
  }
}

/** How aimock's fixtures say it. */
function asFixture({ text, calls, thinking, length, stopped, tokens }: Acted): FixtureResponse {
  const { input, output } = tokens ?? { input: 1, output: 1 };
  const common = {
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
    ...(thinking !== undefined && { reasoning: thinking }),
    ...(length && { finishReason: 'length' }),
    // Anthropic alone has a word for it; aimock hands it on where it stands in a fixture.
    ...(stopped && { finishReason: 'stop_sequence' }),
  };
  return calls
    ? { ...common, toolCalls: calls.map(call => ({ ...call, arguments: JSON.stringify(call.input) })) }
    : { ...common, content: text?.join('') ?? '' };
}
