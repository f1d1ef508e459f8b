import fc from 'fast-check';
import { expect, it } from 'vitest';

import { applyDelta, emptyCompletion, finishReasonOf } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import type { Message } from '../../../electron/contract/message.ts';
import type { ChatRequest, RequestOptions } from '../../../electron/contract/request.ts';
import { anthropicMessages } from '../../../electron/dialects/anthropic_messages/index.ts';
import { cutAt, decodeChunks } from '../read-fixtures.ts';

const { client, server } = anthropicMessages;

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map(value => `${value}.`);
const identifier = fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/);
const object = fc
  .dictionary(identifier, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
  .map(value => JSON.parse(JSON.stringify(value)) as JsonObject); // without -0, which JSON does not have
const base64 = fc
  .uint8Array({ minLength: 3, maxLength: 9 })
  .map(bytes => Buffer.from([0, ...bytes]).toString('base64'));

const textBlock = text.map(value => ({ type: 'text' as const, text: value }));
const image = base64.map(data => ({
  type: 'attachment' as const,
  media_type: 'image/png',
  source: { type: 'base64' as const, data },
}));
const thinking = fc.oneof(
  fc.record({ type: fc.constant('thinking' as const), text, signature: base64 }),
  base64.map(redacted_data => ({ type: 'thinking' as const, text: '', redacted_data })),
);
const toolUse = fc.record({
  type: fc.constant('tool_use' as const),
  id: identifier,
  name: identifier,
  input: object,
});
const userMessage = fc
  .array(fc.oneof(textBlock, image), { minLength: 1, maxLength: 4 })
  .map((content): Message => ({ role: 'user', content }));
const turn = fc
  .record({
    asked: userMessage,
    thought: fc.array(thinking, { maxLength: 2 }),
    said: fc.array(textBlock, { minLength: 1, maxLength: 2 }),
    calls: fc.uniqueArray(toolUse, { maxLength: 2, selector: call => call.id }),
    results: fc.tuple(fc.array(fc.oneof(textBlock, image), { maxLength: 2 }), fc.boolean()),
  })
  .map(({ asked, thought, said, calls: made, results: [content, failed] }) => (at: number): Message[] => {
    // No id comes twice in a conversation: the second one would be sent under another name.
    const calls = made.map(call => ({ ...call, id: `${call.id}-${at}` }));
    const answer: Message = { role: 'assistant', content: [...thought, ...said, ...calls] };
    if (calls.length === 0) return [asked, answer];
    const results = calls.map(({ id, name }) => ({
      type: 'tool_result' as const,
      tool_use_id: id,
      name,
      content,
      ...(failed && { is_error: true }),
    }));
    const closing: Message = { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] };
    return [asked, answer, { role: 'user', content: results }, closing];
  });
const messages = fc
  .array(turn, { minLength: 1, maxLength: 3 })
  .map(turns => turns.flatMap((messagesAt, at) => messagesAt(at)));

const rate = fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs);
const options: fc.Arbitrary<RequestOptions> = fc.record(
  {
    max_tokens: fc.nat(),
    temperature: rate,
    top_k: fc.nat(),
    stop: fc.array(
      text.filter(stop => stop !== ''),
      { minLength: 1, maxLength: 3 },
    ),
    output: object.map(schema => ({
      type: 'json_schema' as const,
      name: 'answer',
      schema: { ...schema, type: 'string' },
    })),
    user: text,
  },
  { requiredKeys: ['max_tokens'] },
);
const tool = fc.record(
  { name: identifier, description: text, input_schema: object, strict: fc.boolean() },
  { requiredKeys: ['name', 'input_schema'] },
);
const request: fc.Arbitrary<ChatRequest> = fc.record(
  {
    system: text,
    messages,
    tools: fc.array(tool, { minLength: 1, maxLength: 2 }).map(tools =>
      tools.map(one => ({
        ...one,
        // Closed, as a strict one has to be.
        input_schema: { a: 1, ...one.input_schema, type: 'object', additionalProperties: false },
      })),
    ),
    options,
    stream: fc.boolean(),
  },
  { requiredKeys: ['messages', 'options', 'stream'] },
);

it('a request survives encoding and decoding', () => {
  fc.assert(
    fc.property(request, asked => {
      const encoded = client.encodeRequest(asked, { id: 'claude-sonnet-4-5' });
      const sent = JSON.parse(JSON.stringify(encoded)) as JsonObject; // an object was stringified
      expect(server.decodeRequest(sent)).toEqual({
        model: 'claude-sonnet-4-5',
        request: asked,
        wants_usage: true,
      });
    }),
    { numRuns: 500 },
  );
});

it.each(['claude-sonnet-4-5', 'claude-opus-4-7', 'other-model'])('an effort asked of %s survives', id => {
  for (const effort of ['none', 'low', 'medium', 'high', 'xhigh', 'max'] as const) {
    const asked: ChatRequest = {
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      options: { reasoning_effort: effort },
      stream: false,
    };
    const sent = client.encodeRequest(asked, { id });
    const again = server.decodeRequest(sent).request;
    expect(again.options.reasoning_effort).toBe(effort);
    expect(client.encodeRequest(again, { id })).toEqual(sent);
  }
});

const counts = fc.record(
  { cache_read_tokens: fc.nat(1e6), cache_write_tokens: fc.nat(1e6), reasoning_tokens: fc.nat(1e6) },
  { requiredKeys: [] },
);
const answer = fc
  .record({
    id: identifier.map(id => `msg_${id}`),
    model: identifier,
    blocks: fc.array(
      fc.tuple(
        fc.constantFrom('text' as const, 'thinking' as const, 'redacted' as const, 'tool_use' as const),
        fc.array(text, { minLength: 1, maxLength: 3 }),
        object,
      ),
      { maxLength: 6 },
    ),
    finish_reason: fc.constantFrom('stop' as const, 'length' as const, 'refusal' as const),
    usage: fc.tuple(counts, fc.integer({ min: 1, max: 1e6 }), fc.nat(1e6)),
  })
  .map(({ id, model, blocks, finish_reason, usage: [details, fresh, output_tokens] }): Delta[] => {
    const body = blocks.flatMap(([kind, pieces, input], index): Delta[] => {
      if (kind === 'redacted') {
        return [{ type: 'block_start', block: 'thinking', index, redacted_data: pieces.join('') }];
      }
      if (kind === 'tool_use') {
        // Cut in the middle, as a stream cuts it.
        const json = JSON.stringify(input);
        const halves = [json.slice(0, json.length / 2), json.slice(json.length / 2)];
        return [
          { type: 'block_start', block: kind, index, id: `call_${index}`, name: 'f' },
          ...halves.map((delta): Delta => ({ type: 'block_delta', block: kind, index, delta })),
        ];
      }
      const grown = pieces.map((delta): Delta => ({ type: 'block_delta', block: kind, index, delta }));
      return kind === 'text'
        ? grown
        : [...grown, { type: 'block_delta', block: kind, index, signature: 'sig' }];
    });
    const input_tokens = fresh + (details.cache_read_tokens ?? 0) + (details.cache_write_tokens ?? 0);
    const usage = { input_tokens, output_tokens, ...details };
    return [{ type: 'message', id, model }, ...body, { type: 'message', finish_reason, usage }];
  });

function fold(deltas: Delta[]): Completion {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  const reason = finishReasonOf(completion);
  return reason === undefined ? completion : { ...completion, finish_reason: reason };
}

const context = { id: 'own', model: 'own', created: 1, wants_usage: true };

it('a streamed answer survives encoding, any cutting of its bytes, and decoding', () => {
  fc.assert(
    fc.property(answer, fc.array(fc.nat(), { maxLength: 10 }), (deltas, cuts) => {
      const encoder = server.createEncoder(context);
      const frames = deltas.map(delta => encoder.encode(delta)).join('') + encoder.finish(fold(deltas));
      const decoded = decodeChunks(anthropicMessages, cutAt(Buffer.from(frames), cuts));
      expect(fold(decoded)).toEqual(fold(deltas));
    }),
    { numRuns: 500 },
  );
});

it('a whole answer survives encoding and decoding', () => {
  fc.assert(
    fc.property(answer, deltas => {
      const completion = fold(deltas);
      const again = fold(client.decodeResponse(server.encodeResponse(completion, context)));
      // No arguments are no text.
      const plain = (of: Completion) =>
        of.blocks.map(block => ({ ...block, text: block.text === '{}' ? '' : block.text }));
      expect({ ...again, blocks: plain(again) }).toEqual({ ...completion, blocks: plain(completion) });
    }),
    { numRuns: 500 },
  );
});

it('however the pieces of several calls are mixed, each call comes out whole and alone', () => {
  const call = fc.tuple(object, fc.array(fc.nat(), { maxLength: 3 }));
  const mixed = fc.tuple(
    fc.array(call, { minLength: 1, maxLength: 4 }),
    fc.array(fc.nat(), { maxLength: 40 }),
  );
  fc.assert(
    fc.property(mixed, ([calls, order]) => {
      const queues = calls.map(([input, cuts], index): Delta[] => [
        { type: 'block_start', block: 'tool_use', index, id: `call_${index}`, name: 'f' },
        ...cutAt(Buffer.from(JSON.stringify(input), 'latin1'), cuts).map((piece): Delta => ({
          type: 'block_delta',
          block: 'tool_use',
          index,
          delta: piece.toString('latin1'),
        })),
      ]);
      const deltas: Delta[] = [];
      for (const step of order) {
        const open = queues.filter(queue => queue.length > 0);
        const next = open[step % Math.max(open.length, 1)]?.shift();
        if (next) deltas.push(next);
      }
      deltas.push(...queues.flat(), { type: 'message', finish_reason: 'tool_use' });
      const encoder = server.createEncoder(context);
      const frames = deltas.map(delta => encoder.encode(delta)).join('') + encoder.finish(fold(deltas));
      const calledWith = (of: Completion) =>
        of.blocks
          .map(block => [block.id, block.text])
          .toSorted((a, b) => String(a[0]).localeCompare(String(b[0])));
      expect(calledWith(fold(decodeChunks(anthropicMessages, [Buffer.from(frames)])))).toEqual(
        calledWith(fold(deltas)),
      );
    }),
    { numRuns: 500 },
  );
});
