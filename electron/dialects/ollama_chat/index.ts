import type { Dialect, Passthrough, ServerDialect } from '../dialect.ts';
// The sentence is made of what the body says and what the status means, whoever sent them.
import { decodeError } from '../decode-error.ts';
import { createDecoder, decodeResponse } from './decode-events.ts';
import { decodeRequest } from './decode-request.ts';
import { embeddings } from './embeddings.ts';
import { encodeError } from './encode-error.ts';
import { createEncoder } from './encode-events.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { forOthers } from './for-others.ts';
import { generate } from './generate.ts';
import { answerNothing } from './load.ts';
import { encodeModel, encodeModels } from './model-list.ts';
import { readRequest } from './read-request.ts';
import { createScanner } from './scan-response.ts';

const server: ServerDialect = {
  routes: ['/api/chat'],
  decodeRequest,
  forOthers,
  hides_sources: true,
  stream_content_type: 'application/x-ndjson',
  createEncoder,
  encodeResponse,
  encodeError,
};
const passthrough: Passthrough = { readRequest, createScanner };

/** Ollama's own chat, which is lines of JSON instead of server-sent events. */
export const ollamaChat: Dialect = {
  name: 'ollama_chat',
  client: {
    framing: 'ndjson',
    path: () => '/api/chat',
    encodeRequest,
    createDecoder,
    decodeResponse,
    decodeError,
  },
  server,
  passthrough,
  variants: [{ server, passthrough, answerNothing }, generate],
  embeddings,
  listing: { encodeModels, encodeModel },
};
