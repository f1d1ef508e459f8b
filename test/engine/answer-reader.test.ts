import { describe, expect, test } from 'vitest';

import type { Delta } from '../../electron/contract/deltas.ts';
import { AppError } from '../../electron/contract/errors.ts';
import type { Json } from '../../electron/contract/json.ts';
import { openaiCompletions } from '../../electron/dialects/openai_completions/index.ts';
import { AnswerReader } from '../../electron/engine/answer-reader.ts';
import type { Backend } from '../../electron/engine/backend-registry.ts';
import type { LoadedScript } from '../../electron/engine/lua/script-host.ts';

type Batch = {
  /** The text of each event that was sent to the script. */
  texts: string[];
  signal: AbortSignal | undefined;
  /** Answers as many events as there are lists. */
  answer(lists: Json[]): void;
  end(error?: AppError): void;
};

/** A reader whose script is the test: it answers when the test says so. */
function startReader() {
  const batches: Batch[] = [];
  const told: string[] = [];
  const state = { isBehind: false, ready: 0 };
  const ends: (string | undefined)[] = [];
  const script = {
    callEach(_hook, runs, onResults, options) {
      return new Promise((resolve, reject) => {
        options?.signal?.addEventListener('abort', () => reject(new AppError('cancelled', 'cancelled')));
        batches.push({
          texts: runs.map(([deltas]) => textOf(deltas as unknown as Delta[])), // what the reader decoded
          signal: options?.signal,
          answer: lists => onResults(lists.map(list => [list])),
          end: error => (error ? reject(error) : resolve()),
        });
      });
    },
  } as Partial<LoadedScript>;
  const backend = {
    config: { name: 'acme', type: 'acme' },
    description: { hooks: new Set(['modify_events']) },
    script,
  } as unknown as Backend; // the reader looks at nothing else of it
  const request = { messages: [], options: {}, stream: true };
  const reader = new AnswerReader(
    { backend, dialect: openaiCompletions, key: null, stream: true, request },
    {
      delta: delta => told.push(textOf([delta])) > 0 && !state.isBehind,
      ready: () => void (state.ready += 1),
      done: error => void ends.push(error?.code),
    },
  );
  reader.head(200, { 'content-type': 'text/event-stream' });
  return { reader, batches, told, ends, state };
}

function textOf(deltas: readonly Delta[]): string {
  return deltas
    .map(delta => (delta.type === 'block_delta' ? (delta.delta ?? '') : `<${delta.type}>`))
    .join('');
}

function chunk(...texts: string[]): Buffer {
  const events = texts.map(content => ({ id: 'c', model: 'm', choices: [{ index: 0, delta: { content } }] }));
  return Buffer.from(events.map(event => `data: ${JSON.stringify(event)}\n\n`).join(''));
}

const last = Buffer.from(
  `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`,
);
const text = (delta: string): Json => [{ type: 'block_delta', block: 'text', index: 0, delta }];
const finish: Json = [{ type: 'message', finish_reason: 'stop' }];
/** Time for everything that waits for nothing but its turn. */
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

describe('events that go through modify_events', () => {
  test('go to the script together when they arrive together, or while it has others', async () => {
    const { reader, batches, told, ends } = startReader();
    reader.data(chunk('a', 'b', 'c'));
    await turn();
    reader.data(chunk('d'));
    reader.data(chunk('e', 'f'));
    reader.data(last);
    await turn();
    expect(batches.map(({ texts }) => texts.join('|').replaceAll('<message>', ''))).toEqual(['a|b|c']);
    batches[0]?.answer([text('A'), text('B'), text('C')]);
    batches[0]?.end();
    await turn();
    expect(batches).toHaveLength(2);
    expect(batches[1]?.texts.slice(0, 3)).toEqual(['d', 'e', 'f']);
    expect(ends).toEqual([]);
    batches[1]?.answer([text('D'), [], text('F'), finish]);
    batches[1]?.end();
    await turn();
    expect(told).toEqual(['A', 'B', 'C', 'D', 'F', '<message>']);
    expect(ends).toEqual([undefined]);
  });

  test('are handed on as soon as their results are there', async () => {
    const { reader, batches, told } = startReader();
    reader.data(chunk('a', 'b'));
    await turn();
    batches[0]?.answer([text('A')]);
    expect(told).toEqual(['A']);
  });

  test('make the upstream pause while too many wait for the script, and go on when there is room', async () => {
    const { reader, batches, state } = startReader();
    const many = Array.from({ length: 300 }, (_, index) => String(index));
    expect(reader.data(chunk(...many))).toBe(true);
    await turn();
    expect(batches[0]?.texts).toHaveLength(256);
    expect(reader.data(chunk(...many))).toBe(true);
    expect(reader.data(chunk(...many))).toBe(false);
    for (const [index, ready] of [0, 0, 1].entries()) {
      expect(state.ready).toBe(ready);
      batches[index]?.end();
      await turn();
    }
    expect(reader.data(chunk('a'))).toBe(true);
  });

  test('wait while nobody reads, and go to the script once somebody does', async () => {
    const { reader, batches, told, ends, state } = startReader();
    reader.data(chunk('a'));
    await turn();
    state.isBehind = true;
    batches[0]?.answer([text('A')]);
    batches[0]?.end();
    reader.data(chunk('b'));
    await turn();
    expect(batches).toHaveLength(1);
    state.isBehind = false;
    reader.resume();
    await turn();
    expect(batches).toHaveLength(2);
    batches[1]?.answer([text('B')]);
    batches[1]?.end();
    reader.data(last);
    await turn();
    batches[2]?.answer([finish]);
    batches[2]?.end();
    await turn();
    expect(told.slice(0, 2)).toEqual(['A', 'B']);
    expect(ends).toEqual([undefined]);
  });

  test('are let go of when the call is cancelled while nobody reads', async () => {
    const { reader, batches, ends, state } = startReader();
    state.isBehind = true;
    reader.data(chunk('a'));
    await turn();
    batches[0]?.answer([text('A')]);
    batches[0]?.end();
    reader.data(chunk('b'));
    await turn();
    reader.fail(new AppError('cancelled', 'stopped'));
    await turn();
    expect(ends).toEqual(['cancelled']);
    expect(batches).toHaveLength(1);
  });

  test('end with the failure of one: those before it count, those behind it are not asked about', async () => {
    const { reader, batches, told, ends } = startReader();
    reader.data(chunk('a', 'b', 'c'));
    await turn();
    reader.data(chunk('d'));
    batches[0]?.answer([text('A')]);
    batches[0]?.end(new AppError('script_timeout', 'too long'));
    await turn();
    reader.data(chunk('e'));
    reader.end();
    await turn();
    expect(batches).toHaveLength(1);
    expect(told).toEqual(['A']);
    expect(ends).toEqual(['script_timeout']);
  });

  test('end at the first result that is no list of deltas, and the script is told to stop', async () => {
    const { reader, batches, told, ends } = startReader();
    reader.data(chunk('a', 'b', 'c'));
    await turn();
    batches[0]?.answer([text('A'), 'junk', text('C')]);
    expect(told).toEqual(['A']);
    expect(ends).toEqual(['script_result']);
    expect(batches[0]?.signal?.aborted).toBe(true);
  });

  test('are let go of when the call is cancelled', async () => {
    const { reader, batches, told, ends } = startReader();
    reader.data(chunk('a'));
    await turn();
    reader.data(chunk('b'));
    reader.fail(new AppError('cancelled', 'The call was stopped.'));
    expect(ends).toEqual(['cancelled']);
    expect(batches[0]?.signal?.aborted).toBe(true);
    batches[0]?.answer([text('A')]);
    await turn();
    expect(batches).toHaveLength(1);
    expect(told).toEqual([]);
  });

  test('go to the script 256 at a time', async () => {
    const { reader, batches } = startReader();
    reader.data(chunk(...Array.from({ length: 300 }, (_, index) => String(index))));
    await turn();
    expect(batches[0]?.texts).toHaveLength(256);
    batches[0]?.end();
    await turn();
    expect(batches[1]?.texts).toHaveLength(44);
  });

  test('of an answer that breaks off are handed on before the error', async () => {
    const { reader, batches, told, ends } = startReader();
    reader.data(chunk('a'));
    reader.fail(new AppError('upstream_unreachable', 'gone'));
    await turn();
    expect(ends).toEqual([]);
    batches[0]?.answer([text('A')]);
    batches[0]?.end();
    await turn();
    expect(told).toEqual(['A']);
    expect(ends).toEqual(['upstream_unreachable']);
  });
});
