import type { Dialect } from '../dialect.ts';
// The sentence is made of what the body says and what the status means, whoever sent them.
import { decodeError } from '../openai_completions/decode-error.ts';
import { createDecoder, decodeResponse } from './decode-events.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeError } from './encode-error.ts';
import { createEncoder } from './encode-events.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { readRequest } from './read-request.ts';
import { createScanner } from './scan-response.ts';

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
  server: {
    routes: ['/api/chat'],
    decodeRequest,
    stream_content_type: 'application/x-ndjson',
    createEncoder,
    encodeResponse,
    encodeError,
  },
  passthrough: { readRequest, createScanner },
};
