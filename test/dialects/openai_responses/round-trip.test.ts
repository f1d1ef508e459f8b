import fc from 'fast-check';
import { expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import type { Message } from '../../../electron/contract/message.ts';
import type { ChatRequest, RequestOptions } from '../../../electron/contract/request.ts';
import { openaiResponses } from '../../../electron/dialects/openai_responses/index.ts';
import { cutAt, decodeChunks } from '../read-fixtures.ts';

const { client, server } = openaiResponses;

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const identifier = fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/);
const object = fc.dictionary(identifier, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }).map(
  value => JSON.parse(JSON.stringify(value)) as JsonObject, // without -0, which JSON does not have
);
const base64 = fc
  .uint8Array({ minLength: 3, maxLength: 9 })
  .map(bytes => Buffer.from([0, ...bytes]).toString('base64'));

/** Only what this format can say: reasoning it encrypted itself, results in messages of their own. */
const textBlock = text.map(value => ({ type: 'text' as const, text: value }));
const phase = fc
  .constantFrom('commentary', 'final_answer')
  .map(value => `openai_responses:${JSON.stringify({ phase: value })}`);
const image = fc.record(
  {
    type: fc.constant('attachment' as const),
    media_type: fc.constant('image/png'),
    source: base64.map(data => ({ type: 'base64' as const, data })),
    detail: fc.constantFrom('low', 'high'),
  },
  { requiredKeys: ['type', 'media_type', 'source'] },
);
const seal = fc.record(
  { id: identifier, encrypted_content: identifier },
  { requiredKeys: ['encrypted_content'] },
);
const thinking = fc.tuple(text, seal).map(([value, { id, encrypted_content }]) => ({
  type: 'thinking' as const,
  text: value,
  signature: `openai_responses:${JSON.stringify({ id, encrypted_content })}`,
}));
const toolUse = fc.record({
  type: fc.constant('tool_use' as const),
  id: identifier,
  name: identifier,
  input: object,
});
const userMessage = fc
  .array(fc.oneof(textBlock, image), { minLength: 1, maxLength: 4 })
  .map((content): Message => ({ role: 'user', content }));
/** Calls as they may follow each other in one chat: ids do not come twice. */
const assistantMessage = fc
  .tuple(
    fc.array(
      fc.oneof(
        textBlock,
        thinking,
        fc.record({ type: fc.constant('text' as const), text, signature: phase }),
      ),
      {
        maxLength: 3,
      },
    ),
    textBlock,
    fc.uniqueArray(toolUse, { maxLength: 2, selector: call => call.id }),
  )
  .map(([before, said, calls]): Message => ({ role: 'assistant', content: [...before, said, ...calls] }));
const answered = fc
  .tuple(assistantMessage, fc.oneof(textBlock, image))
  .map(([message, result]): Message[] => {
    const results = message.content.flatMap(block =>
      block.type === 'tool_use'
        ? [{ type: 'tool_result' as const, tool_use_id: block.id, name: block.name, content: [result] }]
        : [],
    );
    return results.length === 0 ? [message] : [message, { role: 'user', content: results }];
  });
// What the model does without anybody between is one turn, so a person speaks before each.
const messages = fc
  .array(
    fc.tuple(userMessage, fc.option(answered)).map(([asked, turns]) => [asked, ...(turns ?? [])]),
    { minLength: 1, maxLength: 4 },
  )
  .map(turns => turns.flat());

const rate = fc.double({ min: 0, max: 2, noNaN: true }).map(Math.abs);
const positiveRate = fc.double({ min: 0.1, max: 2, noNaN: true });
const options: fc.Arbitrary<RequestOptions> = fc.record(
  {
    max_tokens: fc.nat(),
    temperature: rate,
    top_p: rate,
    frequency_penalty: positiveRate,
    presence_penalty: positiveRate,
    reasoning_effort: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
    output: fc.oneof(
      fc.constant({ type: 'json_object' as const }),
      fc.record({
        type: fc.constant('json_schema' as const),
        name: identifier,
        schema: object,
        strict: fc.boolean(),
      }),
    ),
    metadata: fc.dictionary(identifier, text, { minKeys: 1, maxKeys: 2 }),
    user: identifier,
  },
  { requiredKeys: [] },
);
const tool = fc.record(
  {
    name: identifier,
    description: text,
    input_schema: object.filter(schema => Object.keys(schema).length > 0),
    strict: fc.constant(true),
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
      const sent = JSON.parse(JSON.stringify(client.encodeRequest(asked, { id }))) as JsonObject; // an object was stringified
      const { request: read, model, wants_usage } = server.decodeRequest(sent);
      const { extra, ...same } = read;
      expect({ model, same, wants_usage }).toEqual({ model: id, same: asked, wants_usage: true });
      // We ask to see reasoning, which is more than our own words say.
      expect(Object.keys(extra ?? {}).filter(name => name !== 'reasoning')).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

/** Tools of all the kinds whose calls the one who asks answers itself. */
const nativeTool = fc.oneof(
  fc.record({ type: fc.constant('custom'), name: identifier, description: text, format: object }),
  fc.constantFrom({ type: 'local_shell' }, { type: 'shell' }, { type: 'apply_patch' }),
  fc.record({ type: fc.constant('tool_search'), execution: fc.constant('client'), parameters: object }),
  fc.record({
    type: fc.constant('namespace'),
    name: identifier,
    description: text,
    tools: fc.array(
      fc.record({
        type: fc.constantFrom('function', 'custom'),
        name: identifier,
        defer_loading: fc.boolean(),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
);

/** Groups of one name are one group. */
const nameOf = (tool: { type: string; name?: string }): string => tool.name ?? tool.type;

it('tools of every kind survive decoding and encoding', () => {
  fc.assert(
    fc.property(fc.uniqueArray(nativeTool, { minLength: 1, maxLength: 3, selector: nameOf }), tools => {
      const body = { model: 'm', input: 'Hi', tools } as unknown as JsonObject; // made of JSON above
      const { request: read } = server.decodeRequest(body);
      const sent = JSON.parse(JSON.stringify(client.encodeRequest(read, { id: 'm' }))) as JsonObject; // an object was stringified
      expect(server.decodeRequest(sent).request.tools).toEqual(read.tools);
    }),
    { numRuns: 300 },
  );
});

const counts = fc.record({
  input_tokens: fc.nat(),
  output_tokens: fc.nat(),
  cache_read_tokens: fc.nat(),
  cache_write_tokens: fc.nat(),
  reasoning_tokens: fc.nat(),
});
const answer = fc
  .record({
    id: identifier,
    model: identifier,
    blocks: fc.array(
      fc.tuple(
        fc.constantFrom('text', 'thinking', 'tool_use'),
        fc.array(text, { minLength: 1, maxLength: 3 }),
        fc.option(identifier),
      ),
      { maxLength: 6 },
    ),
    finish_reason: fc.constantFrom('stop', 'length', 'refusal'),
    usage: counts,
  })
  .map(({ id, model, blocks, finish_reason, usage }): Delta[] => {
    const next = { text: 0, thinking: 0, tool_use: 0 };
    const body = blocks.flatMap(([block, pieces, encrypted_content]): Delta[] => {
      const index = next[block]++;
      const grown = pieces.map((delta): Delta => ({ type: 'block_delta', block, index, delta }));
      switch (block) {
        case 'text':
          return grown;
        case 'tool_use':
          return [{ type: 'block_start', block, index, id: `call_${index}`, name: 'f' }, ...grown];
        case 'thinking': {
          const itemId = `rs_${index}`;
          const began: Delta = { type: 'block_start', block, index, id: itemId };
          if (encrypted_content === null) return [began, ...grown];
          const signature = `openai_responses:${JSON.stringify({ id: itemId, encrypted_content })}`;
          return [began, ...grown, { type: 'block_delta', block, index, signature }];
        }
      }
    });
    const reason = next.tool_use > 0 ? 'tool_use' : finish_reason;
    return [
      { type: 'message', id: `resp_${id}`, model },
      ...body,
      { type: 'message', finish_reason: reason as 'stop', usage }, // any of the reasons
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
      const decoded = fold(decodeChunks(openaiResponses, cutAt(Buffer.from(frames), cuts)));
      expect(sortKinds(decoded)).toEqual(sortKinds(fold(deltas)));
    }),
    { numRuns: 500 },
  );
});

it('a whole answer survives encoding and decoding', () => {
  fc.assert(
    fc.property(answer, deltas => {
      const completion = fold(deltas);
      const again = fold(client.decodeResponse(server.encodeResponse(completion, context)));
      expect(sortKinds(again)).toEqual(sortKinds(completion));
    }),
    { numRuns: 500 },
  );
});

/** Between calls that are still being written, kinds of blocks may change places; each kind keeps its own order. */
function sortKinds(completion: Completion): Completion {
  const order = ['text', 'thinking', 'tool_use'];
  const blocks = completion.blocks.toSorted(
    (a, b) => order.indexOf(a.block) - order.indexOf(b.block) || a.index - b.index,
  );
  return { ...completion, blocks };
}
