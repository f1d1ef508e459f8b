import { decodeError } from '../decode-error.ts';
import type { CallForm, Dialect } from '../dialect.ts';
import { arrayForm } from './array-form.ts';
import { countTokens } from './count-tokens.ts';
import { createDecoder, decodeResponse } from './decode-events.ts';
import { decodeRequest } from './decode-request.ts';
import { embeddings } from './embeddings.ts';
import { encodeError } from './encode-error.ts';
import { createEncoder } from './encode-events.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { forOthers } from './for-others.ts';
import { encodeModel, encodeModels } from './model-list.ts';
import { readRequest } from './read-request.ts';
import { requestPath, routes } from './request-path.ts';
import { createScanner } from './scan-response.ts';

const usual: CallForm = {
  server: {
    routes,
    decodeRequest,
    forOthers,
    stream_content_type: 'text/event-stream; charset=utf-8',
    createEncoder,
    encodeResponse,
    encodeError,
  },
  passthrough: { readRequest, createScanner },
};

/** Google's Gemini API. Its address holds the model, and whether to stream. */
export const googleGemini: Dialect = {
  name: 'google_gemini',
  client: {
    framing: 'sse',
    path: requestPath,
    encodeRequest,
    createDecoder,
    decodeResponse,
    decodeError,
  },
  ...usual,
  formOf: (query, route) => arrayForm(usual, query, route),
  embeddings,
  counting: countTokens,
  listing: { encodeModels, encodeModel },
};
