import fc from 'fast-check';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** One thing done to a valid request; `at` picks where. */
export type Mutation =
  | { type: 'replace' | 'add' | 'append'; at: number; value: unknown }
  | { type: 'drop' | 'double' | 'wrap' | 'unwrap' | 'swap' | 'deepen'; at: number }
  | { type: 'rename'; at: number; name: string }
  | { type: 'repeat member' | 'cut' | 'byte' | 'insert' | 'encode'; at: number; byte: number };

/** Stands for what JavaScript would not let us write as a member: put in as text at the very end. */
const PROTO = '@@proto@@';

/** Stands for so many of the letter after it; written out late, or nobody could read a failure. */
const LONG = '@@long@@';

const text = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      '\0',
      'a\0b',
      '\ud800',
      'x\udfffy',
      '\ud83d\ude00',
      '\u202e\u200f',
      'e\u0301',
      '\u2028\u2029',
      '\r\n\r\ndata: [DONE]\n\n',
      '\ufeff',
      '[DONE]',
      '../../../etc/passwd',
      'data:image/png;base64,',
      'data:;base64,@@@@',
      'data:text/html,<b>',
      'https://[',
      'file:///etc/passwd',
      '{"a":',
      'null',
      PROTO,
      'constructor',
      '-1',
      'openai_responses:{',
      'google_gemini:',
    ),
  },
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(`${LONG}é`, `${LONG}😀`, `${LONG}a`, `${LONG}\0`) },
);

const value = fc.oneof(
  { weight: 5, arbitrary: text },
  {
    weight: 5,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      -1,
      0.5,
      1e308,
      -1e-308,
      2 ** 53,
      [],
      {},
      [[]],
      [null],
      [{}],
      { type: 'text' },
      { type: 'tool_use' },
      { [PROTO]: { polluted: true } },
      { constructor: { prototype: { polluted: true } } },
      { toString: 1, valueOf: null },
      { $ref: '#' },
      { $ref: '#/properties/a', properties: { a: { $ref: '#/properties/a' } } },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

const names = fc.constantFrom(
  PROTO,
  'constructor',
  'toString',
  'type',
  'content',
  'role',
  'stream',
  'model',
  'n',
  'tools',
  'messages',
  'api_base',
  'base_url',
  '',
  '\0',
  'ключ',
);
const at = fc.nat(100_000);

/** A few mutations of one request: which of the valid ones, and what is done to it. */
export const mutations: fc.Arbitrary<{ base: number; steps: Mutation[] }> = fc.record({
  base: fc.nat(1000),
  steps: fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          type: fc.constantFrom('replace' as const, 'add' as const, 'append' as const),
          at,
          value,
        }),
      },
      {
        weight: 6,
        arbitrary: fc.record({
          type: fc.constantFrom(
            'drop' as const,
            'double' as const,
            'wrap' as const,
            'unwrap' as const,
            'swap' as const,
          ),
          at,
        }),
      },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('rename' as const), at, name: names }) },
      {
        weight: 1,
        arbitrary: fc.record({
          type: fc.constantFrom(
            'repeat member' as const,
            'cut' as const,
            'byte' as const,
            'insert' as const,
            'encode' as const,
          ),
          at,
          byte: fc.nat(255),
        }),
      },
    ),
    { minLength: 1, maxLength: 4 },
  ),
});

/** Rarely, and apart from the others: it costs more than all of them. */
export const deepen: Mutation = { type: 'deepen', at: 0 };

/** The request as bytes, after all that was done to it. */
export function mutate(request: string, steps: Mutation[]): Buffer {
  let tree = JSON.parse(request) as Json;
  for (const step of steps) tree = mutateTree(tree, step);
  let text = JSON.stringify(tree);
  if (text.includes(PROTO)) text = text.replaceAll(JSON.stringify(PROTO), '"__proto__"');
  if (text.includes(LONG))
    text = text.replaceAll(/@@long@@(\\u\d{4}|.)/gu, (_, letter: string) => letter.repeat(5000));
  let bytes: Buffer = Buffer.from(text);
  for (const step of steps) bytes = mutateBytes(bytes, step);
  return bytes;
}

type Slot = { parent: Json[] | Record<string, Json>; key: number | string };

function listSlots(value: Json, slots: Slot[] = []): Slot[] {
  if (typeof value !== 'object' || value === null) return slots;
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  for (const key of keys) {
    const slot = { parent: value, key };
    slots.push(slot);
    listSlots(get(slot), slots);
  }
  return slots;
}

function get({ parent, key }: Slot): Json {
  return (parent as Record<string, Json>)[key] ?? null;
}

function set({ parent, key }: Slot, value: unknown): void {
  (parent as Record<string, unknown>)[key] = value;
}

function mutateTree(tree: Json, step: Mutation): Json {
  const slots = listSlots(tree);
  const slot = slots[step.at % Math.max(slots.length, 1)];
  if (!slot) return tree;
  const { parent, key } = slot;
  const old = get(slot);
  const target = typeof old === 'object' && old !== null ? old : parent;
  switch (step.type) {
    case 'replace':
      set(slot, structuredClone(step.value));
      break;
    case 'append':
      if (Array.isArray(target)) target.push(structuredClone(step.value) as Json);
      else set(slot, [old, structuredClone(step.value)]);
      break;
    case 'add':
      if (!Array.isArray(target)) target[PROTO] = structuredClone(step.value) as Json;
      break;
    case 'drop':
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
      break;
    case 'double':
      if (Array.isArray(parent)) parent.splice(Number(key), 0, structuredClone(old));
      else set({ parent, key: `${String(key)}_` }, old);
      break;
    case 'wrap':
      set(slot, [old]);
      break;
    case 'unwrap':
      if (typeof old === 'object' && old !== null) set(slot, Object.values(old)[0] ?? null);
      break;
    case 'swap': {
      const other = slots[(step.at * 7 + 3) % slots.length];
      // A value must not end up inside itself.
      if (other && !JSON.stringify(get(other)).includes(JSON.stringify(old)))
        set(slot, structuredClone(get(other)));
      break;
    }
    case 'rename':
      if (Array.isArray(parent)) break;
      delete parent[key];
      parent[step.name] = old;
      break;
    case 'deepen':
    case 'repeat member':
    case 'cut':
    case 'byte':
    case 'insert':
    case 'encode':
      break;
  }
  return tree;
}

const DEPTH = 20_000;

function mutateBytes(bytes: Buffer, step: Mutation): Buffer {
  const at = step.at % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (step.type) {
    case 'deepen': {
      // In the place of the n-th text or member.
      const source = bytes.toString();
      const places = [...source.matchAll(/:(?:"[^"\\]*"|\d+|true|false|\{|\[)/g)];
      const place = places[step.at % Math.max(places.length, 1)];
      if (!place) return bytes;
      const opens = /[[{]$/.test(place[0]);
      const end = place.index + place[0].length;
      if (opens) return bytes;
      return Buffer.from(
        `${source.slice(0, place.index)}:${'{"a":['.repeat(DEPTH)}1${']}'.repeat(DEPTH)}${source.slice(end)}`,
      );
    }
    case 'repeat member': {
      const [member] = /"[a-z_]+":(?:"[^"]*"|\d+|true|false)/.exec(after.toString()) ?? [];
      return member
        ? Buffer.from(bytes.toString().replace(/^\{/, `{${member.replace(/:.*/, ':null')},`))
        : bytes;
    }
    case 'cut':
      return before;
    case 'byte':
      return Buffer.concat([before, Buffer.from([step.byte]), after.subarray(1)]);
    case 'insert':
      return Buffer.concat([before, Buffer.from([step.byte]), after]);
    case 'encode':
      return encodings[step.byte % encodings.length]?.(bytes) ?? bytes;
    default:
      return bytes;
  }
}

const encodings: ((bytes: Buffer) => Buffer)[] = [
  bytes => Buffer.concat([Buffer.from('\ufeff'), bytes]),
  bytes => Buffer.from(bytes.toString(), 'utf16le'),
  bytes => Buffer.from(`${bytes.toString().slice(0, -1)}é}`, 'latin1'),
  bytes => Buffer.from(bytes.toString().replace(/\w/, String.raw`\ud800`)),
  bytes => Buffer.from(bytes.toString().replace(/"[^"]*"/, String.raw`"\u00"`)),
  bytes => Buffer.from(bytes.toString().replace(/\d+/, '9'.repeat(400))),
  bytes => Buffer.from(bytes.toString().replace(/\d+/, '1e9999')),
  bytes => Buffer.from(bytes.toString().replaceAll('"', "'")),
  bytes => Buffer.concat([bytes, Buffer.from(',')]),
  () => Buffer.alloc(0),
  () => Buffer.from('[]'),
  () => Buffer.from('"text"'),
  () => Buffer.from('['.repeat(100_000)),
];
