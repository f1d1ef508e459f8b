import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';
import { z } from 'zod';

import { configSchema } from '../../electron/contract/config.ts';

type Schema = {
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
};

/** Facts of a model are explained in docs/providers.md. */
const explainedElsewhere = /^llm\.backends\[\]\.models\[\]\./;

/** Every key a person can write, as docs/settings.md spells it: `[]` for an item, `{}` for a name of one's own. */
function listKeys(schema: Schema, path: string): string[] {
  const inside = [
    ...Object.entries(schema.properties ?? {}).map(
      ([name, each]) => [path === '' ? name : `${path}.${name}`, each] as const,
    ),
    ...(schema.items ? [[`${path}[]`, schema.items] as const] : []),
    ...(typeof schema.additionalProperties === 'object'
      ? [[`${path}{}`, schema.additionalProperties] as const]
      : []),
  ];
  const nested = [...inside, ...(schema.anyOf ?? []).map(each => [path, each] as const)];
  return [path, ...nested.flatMap(([name, each]) => listKeys(each, name))];
}

function schemaKeys(): Set<string> {
  // Safe: the fields of JSON Schema that are read here are of these types.
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Schema;
  const all = listKeys(schema, '').filter(key => key !== '' && !/[\]}]$/.test(key));
  return new Set(all.filter(key => !explainedElsewhere.test(key)));
}

it('documents every key of parley.yaml, and none that is not there', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/settings.md'), 'utf8');
  const tables = text.slice(0, text.indexOf('## Environment'));
  const documented = [...tables.matchAll(/^\| `([^`]+)` \|/gm)].map(([, key]) => key ?? '');
  const known = schemaKeys();
  const groups = new Set([...known].filter(key => [...known].some(other => other.startsWith(`${key}.`))));
  expect([...known].filter(key => !groups.has(key) && !documented.includes(key))).toEqual([]);
  expect(documented.filter(key => !known.has(key))).toEqual([]);
  expect(known.size).toBeGreaterThan(40);
});
