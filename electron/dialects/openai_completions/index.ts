import type { Dialect } from '../dialect.ts';
import { decodeError } from '../decode-error.ts';
import { withLeftMembers } from '../left-members.ts';
import { createDecoder, decodeResponse } from './decode-events.ts';
import { decodeRequest } from './decode-request.ts';
import { embeddings } from './embeddings.ts';
import { encodeError } from './encode-error.ts';
import { createEncoder } from './encode-events.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { understoodExtra } from './extra-fields.ts';
import { encodeModel, encodeModels } from './model-list.ts';
import { readRequest } from './read-request.ts';
import { createScanner } from './scan-response.ts';
import { textCompletions } from './text-completions.ts';

/** OpenAI's Chat Completions, which most other vendors speak as well. */
export const openaiCompletions: Dialect = {
  name: 'openai_completions',
  client: {
    framing: 'sse',
    path: () => '/v1/chat/completions',
    encodeRequest,
    createDecoder,
    decodeResponse,
    decodeError,
  },
  server: {
    routes: ['/v1/chat/completions'],
    decodeRequest,
    forOthers: request =>
      withLeftMembers(request, { reasoning: ['effort', 'max_tokens', 'enabled', 'summary'] }),
    understood_extra: understoodExtra,
    stream_content_type: 'text/event-stream; charset=utf-8',
    createEncoder,
    encodeResponse,
    encodeError,
  },
  passthrough: { readRequest, createScanner },
  variants: [textCompletions],
  embeddings,
  listing: { encodeModels, encodeModel },
};
