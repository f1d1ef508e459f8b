import type { JsonObject } from '../../contract/json.ts';
import type { RequestOptions } from '../../contract/request.ts';
import { invalidField, optionalObject, readObject, readString } from '../request-fields.ts';
import { namelessAnswer } from '../warn-of-missing.ts';

/** The form an answer shall have: `output_config.format`, or its name while it was being tried out (2025). */
export function decodeOutput(body: JsonObject): RequestOptions['output'] {
  const config = optionalObject(body, 'output_config', '');
  const format = config && optionalObject(config, 'format', 'output_config');
  if (format) return decodeFormat(format, 'output_config.format');
  const older = optionalObject(body, 'output_format', '');
  return older && decodeFormat(older, 'output_format');
}

function decodeFormat(format: JsonObject, path: string): RequestOptions['output'] {
  if (readString(format, 'type', path) !== 'json_schema') throw invalidField(`${path}.type`, '"json_schema"');
  return {
    type: 'json_schema',
    name: namelessAnswer,
    schema: readObject(format['schema'], `${path}.schema`),
  };
}
