import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';

// References to references grow a schema without limit; no tool of any use comes near this.
const maxNodes = 20_000;
const maxOpenRefs = 64;

type Inliner = { root: JsonObject; open: string[]; nodes: number };

/**
 * The same schema without `$ref`, which Gemini does not follow. Where a schema holds itself, its inside is anything.
 * Throws AppError `invalid_request` for one that grows too large.
 */
export function inlineRefs(schema: JsonObject): JsonObject {
  return inlineSchema(schema, { root: schema, open: [], nodes: 0 });
}

function inlineSchema(schema: JsonObject, inliner: Inliner): JsonObject {
  const { $ref: ref, ...own } = schema;
  if (typeof ref !== 'string') return inlineMembers(schema, inliner);
  // What stands beside a reference counts over what it refers to.
  const beside = inlineMembers(own, inliner);
  if (inliner.open.includes(ref)) return beside;
  const target = resolve(inliner.root, ref);
  if (!target) return beside;
  inliner.open.push(ref);
  const inlined = inlineSchema(target, inliner);
  inliner.open.pop();
  return { ...inlined, ...beside };
}

/** Values that look like schemas but are data. */
const dataKeywords: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples', 'example']);

/** Keywords under which names stand that are the schema author's own. */
const namedSchemas: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'dependentSchemas']);

const droppedKeywords: ReadonlySet<string> = new Set(['$schema', '$defs', 'definitions']);

function inlineMembers(schema: JsonObject, inliner: Inliner): JsonObject {
  inliner.nodes += 1;
  if (inliner.nodes > maxNodes || inliner.open.length > maxOpenRefs) {
    throw new AppError(
      'invalid_request',
      'A JSON schema in the request refers to itself so often that it has no end. Make it smaller.',
    );
  }
  const entries = Object.entries(schema).filter(([keyword]) => !droppedKeywords.has(keyword));
  return Object.fromEntries(
    entries.map(([keyword, value]) => [keyword, inlineValue(keyword, value, inliner)]),
  );
}

function inlineValue(keyword: string, value: Json, inliner: Inliner): Json {
  if (dataKeywords.has(keyword)) return value;
  if (Array.isArray(value))
    return value.map(item => (isJsonObject(item) ? inlineSchema(item, inliner) : item));
  if (!isJsonObject(value)) return value;
  if (!namedSchemas.has(keyword)) return inlineSchema(value, inliner);
  const named = Object.entries(value);
  return Object.fromEntries(
    named.map(([name, item]) => [name, isJsonObject(item) ? inlineSchema(item, inliner) : item]),
  );
}

/** The schema a reference within the same document names (RFC 6901); others cannot be had. */
function resolve(root: JsonObject, ref: string): JsonObject | undefined {
  if (!ref.startsWith('#')) return undefined;
  let value: Json | undefined = root;
  for (const step of ref.slice(1).split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return isJsonObject(value) ? value : undefined;
}
