import { isJsonObject } from '../../contract/json.ts';
import { objectField, objectsField, textField } from '../json-fields.ts';

/**
 * Milliseconds until a retry makes sense: Google says it in the body, and only there. `details[].retryDelay` is a
 * duration as text, `34.074824224s`.
 */
export function findRetryDelay(body: unknown): number | undefined {
  const error = isJsonObject(body) ? objectField(body, 'error') : undefined;
  const details = error ? objectsField(error, 'details') : [];
  const delay = details.map(detail => textField(detail, 'retryDelay')).find(text => text !== undefined);
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(delay ?? '')?.[1];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
}
