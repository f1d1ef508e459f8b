import { AppError } from '../../contract/errors.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { DecodedRequest, DialectVariant } from '../dialect.ts';
import { invalidField, isMissing } from '../request-fields.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeError } from './encode-error.ts';
import { createTextEncoder, encodeTextResponse } from './encode-text-completion.ts';
import { readRequest } from './read-request.ts';
import { createTextScanner } from './scan-text-completion.ts';

const address = '/v1/completions';

/**
 * Completions of 2020: one prompt, one text. Editors still complete code with it, and base models speak nothing else;
 * where the upstream has no such address, the prompt becomes the one message of a chat.
 */
export const textCompletions: DialectVariant = {
  server: {
    routes: [address],
    decodeRequest: decodeTextRequest,
    hides_sources: true,
    stream_content_type: 'text/event-stream; charset=utf-8',
    createEncoder: createTextEncoder,
    encodeResponse: encodeTextResponse,
    encodeError,
  },
  passthrough: {
    readRequest: body => ({
      ...readRequest(body),
      address: { path: address, createScanner: createTextScanner, is_optional: true },
    }),
    createScanner: createTextScanner,
  },
};

function decodeTextRequest(body: JsonObject): DecodedRequest {
  refuseUnsupported(body);
  const { prompt, suffix: _s, echo: _e, best_of: _b, ...rest } = body;
  return decodeRequest({ ...rest, messages: [{ role: 'user', content: readPrompt(prompt) }] });
}

function readPrompt(prompt: Json | undefined): string {
  const only = Array.isArray(prompt) && prompt.length === 1 ? prompt[0] : prompt;
  if (typeof only === 'string' && only !== '') return only;
  throw invalidField(
    'prompt',
    'one string that is not empty; tokens and several prompts only reach providers that have /v1/completions themselves',
  );
}

/** Fields a chat has no place for and that would change the answer. */
function refuseUnsupported(body: JsonObject): void {
  const { suffix, echo, best_of: best } = body;
  const asked = {
    suffix: !isMissing(suffix) && suffix !== '',
    echo: echo === true,
    best_of: !isMissing(best) && best !== 1,
    logprobs: !isMissing(body['logprobs']),
  };
  const [param] = Object.entries(asked).find(([, isSet]) => isSet) ?? [];
  if (param === undefined) return;
  throw new AppError(
    'invalid_request',
    `Parley cannot ask this model for ${param}, and without it the answer would be another one. Leave it out, or pick a model whose provider has /v1/completions itself.`,
    { body: { param } },
  );
}
