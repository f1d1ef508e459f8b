import fc from 'fast-check';
import { expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import type { Message } from '../../../electron/contract/message.ts';
import type { ChatRequest, RequestOptions } from '../../../electron/contract/request.ts';
import { openaiCompletions } from '../../../electron/dialects/openai_completions/index.ts';
import { cutAt, decodeChunks } from '../read-fixtures.ts';

const { client, server } = openaiCompletions;

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const identifier = fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/);
const object = fc.dictionary(identifier, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }).map(
  value => JSON.parse(JSON.stringify(value)) as JsonObject, // without -0, which JSON does not have
);
const base64 = fc
  .uint8Array({ minLength: 3, maxLength: 9 })
  .map(bytes => Buffer.from([0, ...bytes]).toString('base64'));

/** Only what this format can say: no thinking, one text an assistant turn, results in messages of their own. */
const textBlock = text.map(value => ({ type: 'text' as const, text: value }));
const image = fc.record(
  {
    type: fc.constant('attachment' as const),
    media_type: fc.constant('image/png'),
    source: base64.map(data => ({ type: 'base64' as const, data })),
    detail: fc.constantFrom('low', 'high'),
  },
  { requiredKeys: ['type', 'media_type', 'source'] },
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
const assistantMessage = fc
  .tuple(fc.option(textBlock), fc.uniqueArray(toolUse, { maxLength: 2, selector: call => call.id }))
  .filter(([said, calls]) => said !== null || calls.length > 0)
  .map(([said, calls]): Message => ({ role: 'assistant', content: said ? [said, ...calls] : calls }));
const answered = fc.tuple(assistantMessage, text).map(([message, result]): Message[] => {
  const results = message.content.flatMap(block =>
    block.type === 'tool_use'
      ? [
          {
            type: 'tool_result' as const,
            tool_use_id: block.id,
            name: block.name,
            content: [{ type: 'text' as const, text: result }],
          },
        ]
      : [],
  );
  return results.length === 0 ? [message] : [message, { role: 'user', content: results }];
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
    reasoning_effort: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh'),
    output: fc.oneof(
      fc.constant({ type: 'json_object' as const }),
      fc.record({
        type: fc.constant('json_schema' as const),
        name: identifier,
        schema: object,
        strict: fc.boolean(),
      }),
    ),
    metadata: object.filter(value => Object.keys(value).length > 0),
    user: identifier,
  },
  { requiredKeys: [] },
);
const tool = fc.record(
  {
    name: identifier,
    description: text,
    input_schema: object.filter(schema => Object.keys(schema).length > 0),
    strict: fc.boolean(),
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
  },
  { requiredKeys: ['messages', 'options', 'stream'] },
);

it('a request survives encoding and decoding', () => {
  fc.assert(
    fc.property(request, fc.constantFrom('m', 'gpt-5'), (said, id) => {
      const { temperature: _temperature, top_p: _topP, ...others } = said.options;
      // OpenAI's models that reason take neither.
      const asked = id === 'gpt-5' ? { ...said, options: others } : said;
      // Some fields are only sent where this format asked for them itself.
      const { metadata, top_k } = asked.options;
      const extra = { ...(metadata && { metadata }), ...(top_k !== undefined && { top_k }) };
      const request = Object.keys(extra).length === 0 ? asked : { ...asked, extra };
      const sent = JSON.parse(JSON.stringify(client.encodeRequest(request, { id }))) as JsonObject; // an object was stringified
      expect(server.decodeRequest(sent)).toEqual({ model: id, request, wants_usage: asked.stream });
    }),
    { numRuns: 500 },
  );
});

const usage = fc.record(
  { cache_read_tokens: fc.nat(), cache_write_tokens: fc.nat(), reasoning_tokens: fc.nat() },
  { requiredKeys: [] },
);
const answer = fc
  .record({
    id: identifier,
    model: identifier,
    blocks: fc.array(
      fc.tuple(
        fc.constantFrom('text', 'thinking', 'tool_use'),
        fc.array(text, { minLength: 1, maxLength: 3 }),
        identifier,
      ),
      { maxLength: 6 },
    ),
    finish_reason: fc.constantFrom('stop', 'length', 'refusal'),
    usage: usage.chain(details =>
      fc
        .record({ input_tokens: fc.nat(), output_tokens: fc.nat() })
        .map(counts => ({ ...counts, ...details })),
    ),
  })
  .map(({ id, model, blocks, finish_reason, usage }): Delta[] => {
    const next = { text: 0, thinking: 0, tool_use: 0 };
    // Neighbours of the same kind are one block in this format.
    const distinct = blocks.filter(
      ([kind], position) => kind === 'tool_use' || kind !== blocks[position - 1]?.[0],
    );
    const body = distinct.flatMap(([kind, pieces, name]): Delta[] => {
      const block = kind;
      const index = next[block]++;
      const grown = pieces.map((delta): Delta => ({ type: 'block_delta', block, index, delta }));
      return block === 'tool_use'
        ? [{ type: 'block_start', block, index, id: `call_${index}`, name }, ...grown]
        : grown;
    });
    const reason = distinct.some(([kind]) => kind === 'tool_use') ? 'tool_use' : finish_reason;
    return [
      { type: 'message', id, model },
      ...body,
      { type: 'message', finish_reason: reason as 'stop', usage },
    ]; // any of the reasons
  });

function fold(deltas: Delta[]): Completion {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  return completion;
}

/** Thinking gets a mark of where it came from. */
function withoutMarks(completion: Completion): Completion {
  return {
    ...completion,
    blocks: completion.blocks.map(({ signature: _signature, ...block }) => block),
  };
}

const context = { id: 'own', model: 'own', created: 1, wants_usage: true };

it('a streamed answer survives encoding, any cutting of its bytes, and decoding', () => {
  fc.assert(
    fc.property(answer, fc.array(fc.nat(), { maxLength: 10 }), (deltas, cuts) => {
      const encoder = server.createEncoder(context);
      const frames = deltas.map(delta => encoder.encode(delta)).join('') + encoder.finish(fold(deltas));
      const decoded = decodeChunks(openaiCompletions, cutAt(Buffer.from(frames), cuts));
      expect(withoutMarks(fold(decoded))).toEqual(fold(deltas));
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
        of.blocks
          .filter(block => block.block === kind)
          .map(block => block.text)
          .join('');
      expect({ ...again, blocks: [] }).toEqual({ ...completion, blocks: [] });
      // A whole answer has one place for text and one for reasoning.
      for (const kind of ['text', 'thinking']) expect(join(again, kind)).toBe(join(completion, kind));
      const calls = (of: Completion) => of.blocks.filter(block => block.block === 'tool_use');
      expect(calls(again)).toEqual(calls(completion));
    }),
    { numRuns: 500 },
  );
});
