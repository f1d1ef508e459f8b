import fc from 'fast-check';
import { expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import type { Message } from '../../../electron/contract/message.ts';
import type { ChatRequest, RequestOptions } from '../../../electron/contract/request.ts';
import { ollamaChat } from '../../../electron/dialects/ollama_chat/index.ts';
import { cutAt, decodeChunks } from '../read-fixtures.ts';

const { client, server } = ollamaChat;

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const identifier = fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/);
const object = fc.dictionary(identifier, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }).map(
  value => JSON.parse(JSON.stringify(value)) as JsonObject, // without -0, which JSON does not have
);

/** Only what this format can say: images before one text, reasoning before it all, results of their own. */
const textBlock = text.map(value => ({ type: 'text' as const, text: value }));
const image = fc.uint8Array({ minLength: 3, maxLength: 9 }).map(bytes => ({
  type: 'attachment' as const,
  media_type: 'image/png',
  source: { type: 'base64' as const, data: Buffer.from([0, ...bytes]).toString('base64') },
}));
const toolUse = fc.record({
  type: fc.constant('tool_use' as const),
  id: identifier,
  name: identifier,
  input: object,
});
const userMessage = fc
  .tuple(fc.array(image, { maxLength: 2 }), textBlock)
  .map(([images, said]): Message => ({ role: 'user', content: [...images, said] }));
const answered = fc
  .tuple(
    fc.option(text),
    textBlock,
    fc.uniqueArray(toolUse, { maxLength: 3, selector: call => call.id }),
    text,
  )
  .map(([thinking, said, calls, result]): Message[] => {
    const thought = thinking === null ? [] : [{ type: 'thinking' as const, text: thinking }];
    const results = calls.map(call => ({
      type: 'tool_result' as const,
      tool_use_id: call.id,
      name: call.name,
      content: [{ type: 'text' as const, text: result }],
    }));
    const answer: Message = { role: 'assistant', content: [...thought, said, ...calls] };
    return results.length === 0 ? [answer] : [answer, { role: 'user', content: results }];
  });
const messages = fc
  .array(
    fc.oneof(
      userMessage.map(message => [message]),
      answered,
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map(turns => turns.flat());

const rate = fc.double({ min: 0, max: 2, noNaN: true }).map(Math.abs);
const options: fc.Arbitrary<RequestOptions> = fc.record(
  {
    max_tokens: fc.nat(),
    temperature: rate,
    top_p: rate,
    top_k: fc.nat(),
    stop: fc.array(
      text.filter(stop => stop !== ''),
      { minLength: 1, maxLength: 3 },
    ),
    seed: fc.integer(),
    frequency_penalty: rate,
    presence_penalty: rate,
    reasoning_effort: fc.constantFrom('none', 'low', 'medium', 'high'),
    output: fc.oneof(
      fc.constant({ type: 'json_object' as const }),
      object.map(schema => ({ type: 'json_schema' as const, name: 'answer', schema })),
    ),
  },
  { requiredKeys: [] },
);
const tool = fc.record(
  {
    name: identifier,
    description: text,
    input_schema: object.filter(schema => Object.keys(schema).length > 0),
  },
  { requiredKeys: ['name', 'input_schema'] },
);
const request: fc.Arbitrary<ChatRequest> = fc.record(
  {
    system: text,
    messages,
    tools: fc.array(tool, { minLength: 1, maxLength: 2 }),
    options,
    stream: fc.boolean(),
    extra: fc.record({ keep_alive: text, options: fc.record({ num_ctx: fc.nat() }) }),
  },
  { requiredKeys: ['messages', 'options', 'stream'] },
);

it('a request survives encoding and decoding', () => {
  fc.assert(
    fc.property(request, asked => {
      const id = 'gpt-oss:20b';
      const sent = JSON.parse(JSON.stringify(client.encodeRequest(asked, { id }))) as JsonObject; // an object was stringified
      expect(server.decodeRequest(sent)).toEqual({ model: id, request: asked, wants_usage: true });
    }),
    { numRuns: 500 },
  );
});

const answer = fc
  .record({
    model: identifier,
    said: fc.array(fc.tuple(fc.constantFrom('text', 'thinking'), fc.array(text, { minLength: 1 })), {
      maxLength: 5,
    }),
    calls: fc.array(fc.tuple(identifier, object), { maxLength: 3 }),
    finish_reason: fc.constantFrom('stop' as const, 'length' as const, 'refusal' as const),
    usage: fc.record({ input_tokens: fc.nat(), output_tokens: fc.nat() }),
  })
  .map(({ model, said, calls, finish_reason, usage }): Delta[] => {
    const next = { text: 0, thinking: 0 };
    // Neighbours of the same kind are one block in this format.
    const distinct = said.filter(([kind], position) => kind !== said[position - 1]?.[0]);
    const blocks = distinct.flatMap(([block, pieces]): Delta[] => {
      const index = next[block]++;
      return pieces.map(delta => ({ type: 'block_delta', block, index, delta }));
    });
    const uses = calls.flatMap(([name, input], index): Delta[] => [
      { type: 'block_start', block: 'tool_use', index, id: `call_${index}`, name },
      { type: 'block_delta', block: 'tool_use', index, delta: JSON.stringify(input) },
    ]);
    const reason = calls.length > 0 && finish_reason === 'stop' ? 'tool_use' : finish_reason;
    return [
      { type: 'message', model },
      ...blocks,
      ...uses,
      { type: 'message', finish_reason: calls.length > 0 ? 'tool_use' : reason, usage },
    ];
  });

function fold(deltas: Delta[]): Completion {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  return completion;
}

const context = { id: 'own', model: 'own', created: 1, wants_usage: true };

it('a streamed answer survives encoding, any cutting of its bytes, and decoding', () => {
  fc.assert(
    fc.property(answer, fc.array(fc.nat(), { maxLength: 10 }), (deltas, cuts) => {
      const encoder = server.createEncoder(context);
      const frames = deltas.map(delta => encoder.encode(delta)).join('') + encoder.finish(fold(deltas));
      expect(fold(decodeChunks(ollamaChat, cutAt(Buffer.from(frames), cuts)))).toEqual(fold(deltas));
    }),
    { numRuns: 500 },
  );
});

it('a whole answer survives encoding and decoding', () => {
  fc.assert(
    fc.property(answer, deltas => {
      const completion = fold(deltas);
      const again = fold(client.decodeResponse(server.encodeResponse(completion, context)));
      const join = (of: Completion, kind: string) =>
        of.blocks.map(block => (block.block === kind ? block.text : '')).join('');
      expect({ ...again, blocks: [] }).toEqual({ ...completion, blocks: [] });
      // A whole answer has one place for text and one for reasoning.
      for (const kind of ['text', 'thinking']) expect(join(again, kind)).toBe(join(completion, kind));
      const calls = (of: Completion) => of.blocks.filter(block => block.block === 'tool_use');
      expect(calls(again)).toEqual(calls(completion));
    }),
    { numRuns: 500 },
  );
});
