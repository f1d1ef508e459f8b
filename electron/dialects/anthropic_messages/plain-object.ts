import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import { textField } from '../json-fields.ts';

/**
 * A schema of arguments without choices at its top, which Anthropic refuses there: the members of all branches, of which
 * those are required that every branch requires (with `allOf`, any). What that loses stands in the description.
 */
export function plainObject(schema: JsonObject): JsonObject {
  const { anyOf, oneOf, allOf, ...plain } = schema;
  const choices = [anyOf, oneOf].flatMap(list => (Array.isArray(list) ? [list.filter(isJsonObject)] : []));
  const parts = Array.isArray(allOf) ? allOf.filter(isJsonObject) : [];
  if (choices.length === 0 && parts.length === 0) return schema;
  const branches = [...parts, ...choices.flat()].map(branch => resolve(branch, schema)).map(plainObject);
  const properties = Object.fromEntries(
    [...branches, plain].flatMap(({ properties: own }) => (isJsonObject(own) ? Object.entries(own) : [])),
  );
  const required = new Set([
    ...requiredOf(plain),
    ...parts.flatMap(part => requiredOf(plainObject(resolve(part, schema)))),
    ...choices.flatMap(list => requiredByAll(list.map(branch => plainObject(resolve(branch, schema))))),
  ]);
  const described = typeof plain['description'] === 'string' ? `${plain['description']}\n\n` : '';
  return {
    ...plain,
    properties,
    ...(required.size > 0 && { required: [...required] }),
    ...(choices.length > 0 && {
      description: `${described}${JSON.stringify({ ...(anyOf && { anyOf }), ...(oneOf && { oneOf }) })}`,
    }),
  };
}

/** The branch a reference into the same schema names. */
function resolve(branch: JsonObject, root: JsonObject): JsonObject {
  const ref = textField(branch, '$ref') ?? '';
  const [, group = '', name = ''] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(ref) ?? [];
  const defined = root[group];
  const target = isJsonObject(defined) ? defined[name] : undefined;
  return isJsonObject(target) ? target : branch;
}

function requiredOf({ required }: JsonObject): string[] {
  return Array.isArray(required) ? required.filter((name: Json) => typeof name === 'string') : [];
}

function requiredByAll(branches: JsonObject[]): string[] {
  const [first = [], ...others] = branches.map(requiredOf);
  return first.filter(name => others.every(names => names.includes(name)));
}
