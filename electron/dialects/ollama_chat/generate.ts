import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { DecodedRequest, DialectVariant } from '../dialect.ts';
import { isMissing, optionalString } from '../request-fields.ts';
import { findLast } from '../request-members.ts';
import { scanMembers } from '../scan-json.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeError } from './encode-error.ts';
import { createGenerateEncoder, encodeGenerateResponse, encodeLoaded } from './encode-generate.ts';
import { readRequest } from './read-request.ts';
import { createGenerateScanner } from './scan-generate.ts';

const address = '/api/generate';

/** Ollama's way to ask without a conversation. For other upstreams the prompt becomes the one message of a chat. */
export const generate: DialectVariant = {
  server: {
    routes: [address],
    decodeRequest: decodeGenerateRequest,
    hides_sources: true,
    stream_content_type: 'application/x-ndjson',
    createEncoder: createGenerateEncoder,
    encodeResponse: encodeGenerateResponse,
    encodeError,
  },
  passthrough: {
    readRequest: body => ({
      ...readRequest(body),
      address: { path: address, createScanner: createGenerateScanner },
    }),
    createScanner: createGenerateScanner,
  },
  answerNothing(body, { model, created }) {
    const members = scanMembers(body, askingFields);
    // The beginning of a value is enough: a long one is not empty.
    const read = (name: string): string => {
      const { start, end } = findLast(members, name) ?? { start: 0, end: 0 };
      return body.toString('latin1', start, Math.min(end, start + 32));
    };
    if (!emptyValue.test(read('prompt')) || !emptyValue.test(read('images'))) return undefined;
    return encodeLoaded({ model, created, unloads: /^"?0[a-z]*"?$/.test(read('keep_alive')) });
  },
};

const askingFields: ReadonlySet<string> = new Set(['prompt', 'images', 'keep_alive']);
const emptyValue = /^(?:""|null|\[\s*\])?$/;

function decodeGenerateRequest(body: JsonObject): DecodedRequest {
  refuseUnsupported(body);
  const {
    prompt: _p,
    system: _s,
    images = null,
    template: _t,
    suffix: _x,
    context: _c,
    raw: _r,
    ...rest
  } = body;
  const system = optionalString(body, 'system', '') ?? '';
  const prompt = optionalString(body, 'prompt', '') ?? '';
  const messages = [
    ...(system === '' ? [] : [{ role: 'system', content: system }]),
    { role: 'user', content: prompt, ...(!isMissing(images) && { images }) },
  ];
  try {
    return decodeRequest({ ...rest, messages });
  } catch (error) {
    throw asOwnField(error);
  }
}

/** What is wrong in the message we made is wrong in the body's own field. */
function asOwnField(error: unknown): unknown {
  if (!(error instanceof AppError) || !isJsonObject(error.body)) return error;
  const { param } = error.body;
  if (typeof param !== 'string' || !/^messages\[\d\]\./.test(param)) return error;
  const own = param.replace(/^messages\[\d\]\./, '');
  return new AppError(error.code, error.message.replace(param, own), { cause: error, body: { param: own } });
}

/** What only Ollama itself can do, and that would change the answer. */
function refuseUnsupported(body: JsonObject): void {
  const { template, suffix, context, raw } = body;
  const asked = {
    template: !isMissing(template) && template !== '',
    suffix: !isMissing(suffix) && suffix !== '',
    context: Array.isArray(context) && context.length > 0,
    raw: raw === true,
  };
  const [param] = Object.entries(asked).find(([, isSet]) => isSet) ?? [];
  if (param === undefined) return;
  throw new AppError(
    'invalid_request',
    `Parley cannot ask this model for ${param}, and without it the answer would be another one. Leave it out, or pick a model whose provider speaks Ollama itself.`,
    { body: { param } },
  );
}
