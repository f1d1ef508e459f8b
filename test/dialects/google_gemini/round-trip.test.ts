import fc from 'fast-check';
import { expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { Json, JsonObject } from '../../../electron/contract/json.ts';
import type { Message } from '../../../electron/contract/message.ts';
import type { ChatRequest, RequestOptions, ToolChoice } from '../../../electron/contract/request.ts';
import { googleGemini } from '../../../electron/dialects/google_gemini/index.ts';
import { matchRoute } from '../../../electron/dialects/match-route.ts';
import { cutAt, decodeChunks } from '../read-fixtures.ts';

const { client, server } = googleGemini;

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const identifier = fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/);
const object = fc.dictionary(identifier, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }).map(
  value => JSON.parse(JSON.stringify(value)) as JsonObject, // without -0, which JSON does not have
);

const base64 = fc
  .uint8Array({ minLength: 3, maxLength: 9 })
  .map(bytes => Buffer.from([0, ...bytes]).toString('base64'));
const signature = base64.map(bytes => `google_gemini:${bytes}`);

/** Only what this format can say: turns that alternate, results first, thoughts with signatures. */
const textBlock = text.map(value => ({ type: 'text' as const, text: value }));
const signedText = fc.record(
  { type: fc.constant('text' as const), text, signature },
  { requiredKeys: ['type', 'text'] },
);
const thought = fc.record({ type: fc.constant('thinking' as const), text, signature });
const image = base64.map(data => ({
  type: 'attachment' as const,
  media_type: 'image/png',
  source: { type: 'base64' as const, data },
}));
const toolUse = fc.record(
  {
    type: fc.constant('tool_use' as const),
    id: identifier,
    name: identifier,
    input: object,
    signature,
  },
  { requiredKeys: ['type', 'id', 'name', 'input'] },
);
const asked = fc.array(fc.oneof(textBlock, image), { minLength: 1, maxLength: 4 });
const turn = fc
  .record({
    asked,
    said: fc.array(fc.oneof(signedText, thought), { minLength: 1, maxLength: 3 }),
    calls: fc.uniqueArray(toolUse, { maxLength: 3, selector: call => call.id }),
    // As an object, as text, as a failure.
    result: fc.oneof(
      object.map(value => JSON.stringify(value)),
      text,
    ),
    failed: fc.boolean(),
  })
  .map(({ asked: content, said, calls, result, failed }): Message[] => {
    const results = calls.map(call => ({
      type: 'tool_result' as const,
      tool_use_id: call.id,
      name: call.name,
      content: [{ type: 'text' as const, text: result }],
      ...(failed && { is_error: true }),
    }));
    const question: Message = { role: 'user', content };
    const answer: Message = { role: 'assistant', content: [...said, ...calls] };
    if (results.length === 0) return [question, answer];
    return [question, answer, { role: 'user', content: results }, { role: 'assistant', content: said }];
  });
const messages = fc.array(turn, { minLength: 1, maxLength: 3 }).map(turns => turns.flat());

const rate = fc.double({ min: 0, max: 2, noNaN: true }).map(Math.abs);
// None at all is not sent.
const penalty = fc.double({ min: 0.1, max: 2, noNaN: true });
const schema = fc
  .dictionary(identifier, fc.constantFrom('string', 'integer', 'boolean'))
  .map((types): JsonObject => ({
    type: 'object',
    properties: Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type }])),
  }));
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
    frequency_penalty: penalty,
    presence_penalty: penalty,
    reasoning_budget: fc.integer({ min: 1, max: 500 }),
    output: fc.oneof(
      fc.constant({ type: 'json_object' as const }),
      schema.map(schema => ({ type: 'json_schema' as const, name: 'answer', schema })),
    ),
  },
  { requiredKeys: [] },
);
const toolChoice: fc.Arbitrary<ToolChoice> = fc.oneof(
  fc.constantFrom<ToolChoice>({ type: 'auto' }, { type: 'none' }, { type: 'required' }),
  identifier.map(name => ({ type: 'tool' as const, name })),
);
const tool = fc.record(
  {
    name: identifier,
    description: text,
    input_schema: fc.oneof(fc.constant({}), schema),
  },
  { requiredKeys: ['name', 'input_schema'] },
);
const request: fc.Arbitrary<ChatRequest> = fc
  .record(
    {
      system: text,
      messages,
      tooling: fc.record(
        { tools: fc.array(tool, { minLength: 1, maxLength: 2 }), tool_choice: toolChoice },
        { requiredKeys: ['tools'] },
      ),
      options,
      stream: fc.boolean(),
      extra: fc.record({
        safetySettings: fc.constant<Json>([{ threshold: 'OFF' }]),
        generationConfig: fc.record({ mediaResolution: text }),
      }),
    },
    { requiredKeys: ['messages', 'options', 'stream'] },
  )
  .map(({ tooling, ...others }) => ({ ...others, ...tooling }));

it('a request survives encoding and decoding', () => {
  fc.assert(
    fc.property(request, asked => {
      const id = 'gemini-2.5-flash';
      const sent = JSON.parse(JSON.stringify(client.encodeRequest(asked, { id }))) as JsonObject; // an object was stringified
      const [path = ''] = client.path({ id }, { stream: asked.stream }).split('?');
      const decoded = server.decodeRequest(sent, matchRoute(server.routes, path));
      const { reasoning_effort: _effort, ...options } = decoded.request.options;
      const again = { ...decoded, request: { ...decoded.request, options } };
      expect(again).toEqual({ model: id, request: asked, wants_usage: true });
    }),
    { numRuns: 500 },
  );
});

const answer = fc
  .record({
    id: identifier,
    model: identifier,
    said: fc.array(
      fc.tuple(fc.constantFrom('text', 'thinking'), fc.array(text, { minLength: 1 }), fc.option(signature)),
      {
        maxLength: 5,
      },
    ),
    calls: fc.array(fc.tuple(identifier, object, fc.option(signature)), { maxLength: 3 }),
    finish_reason: fc.constantFrom('stop' as const, 'length' as const, 'refusal' as const),
    usage: fc
      .tuple(
        fc.record({ input_tokens: fc.nat(), output_tokens: fc.nat() }),
        fc.record({ cache_read_tokens: fc.nat(), reasoning_tokens: fc.nat() }, { requiredKeys: [] }),
      )
      .map(([counts, { reasoning_tokens: reasoning, ...cached }]) => ({
        ...counts,
        ...cached,
        // Reasoning is part of the output.
        ...(reasoning !== undefined && {
          reasoning_tokens: reasoning,
          output_tokens: counts.output_tokens + reasoning,
        }),
      })),
  })
  .map(({ id, model, said, calls, finish_reason, usage }): Delta[] => {
    const next = { text: 0, thinking: 0 };
    // Neighbours of the same kind are one block in this format.
    const distinct = said.filter(([kind], position) => kind !== said[position - 1]?.[0]);
    const blocks = distinct.flatMap(([block, pieces, seal]): Delta[] => {
      const index = next[block]++;
      const grown = pieces.map((delta): Delta => ({ type: 'block_delta', block, index, delta }));
      return seal === null ? grown : [...grown, { type: 'block_delta', block, index, signature: seal }];
    });
    const uses = calls.flatMap(([name, input, seal], index): Delta[] => [
      {
        type: 'block_start',
        block: 'tool_use',
        index,
        id: `call_${index}`,
        name,
        ...(seal !== null && { signature: seal }),
      },
      { type: 'block_delta', block: 'tool_use', index, delta: JSON.stringify(input) },
    ]);
    const reason = calls.length > 0 && finish_reason === 'stop' ? 'tool_use' : finish_reason;
    return [
      { type: 'message', id, model },
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
      expect(fold(decodeChunks(googleGemini, cutAt(Buffer.from(frames), cuts)))).toEqual(fold(deltas));
    }),
    { numRuns: 500 },
  );
});

it('a whole answer survives encoding and decoding', () => {
  fc.assert(
    fc.property(answer, deltas => {
      const completion = fold(deltas);
      const again = fold(client.decodeResponse(server.encodeResponse(completion, context)));
      expect(again).toEqual(completion);
    }),
    { numRuns: 500 },
  );
});
