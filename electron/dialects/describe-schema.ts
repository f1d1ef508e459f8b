import type { JsonObject } from '../contract/json.ts';

/** OpenAI describes a form of answer beside its schema; a schema's own description says the same to every vendor. */
export function describeSchema(schema: JsonObject, description: string | undefined): JsonObject {
  if (description === undefined || description === '') return schema;
  const own = schema['description'];
  return { ...schema, description: typeof own === 'string' ? `${description}\n\n${own}` : description };
}
