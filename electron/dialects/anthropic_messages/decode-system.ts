import type { Json } from '../../contract/json.ts';
import { invalidField, isMissing, readList, readObject, readString } from '../request-fields.ts';

/** `system` is a text or a list of text blocks; undefined where it says nothing. */
export function decodeSystem(system: Json | undefined, path = 'system'): string | undefined {
  if (isMissing(system)) return undefined;
  const text = typeof system === 'string' ? system : decodeTextBlocks(system, path);
  return text === '' ? undefined : text;
}

function decodeTextBlocks(system: Json, path: string): string {
  if (!Array.isArray(system)) throw invalidField(path, 'a string or a list of text blocks');
  const texts = readList(system, path).map((value, index) => {
    const block = readObject(value, `${path}[${index}]`);
    if (readString(block, 'type', `${path}[${index}]`) === 'text') {
      return readString(block, 'text', `${path}[${index}]`);
    }
    throw invalidField(`${path}[${index}].type`, '"text"');
  });
  return texts.filter(text => text !== '').join('\n\n');
}
