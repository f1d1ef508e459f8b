import type { Dialect } from '../dialect.ts';
// OpenAI's errors have one shape in all its formats.
import { decodeError } from '../decode-error.ts';
import { encodeError } from '../openai_completions/encode-error.ts';
import { embeddings } from '../openai_completions/embeddings.ts';
import { withLeftMembers } from '../left-members.ts';
import { countTokens } from './count-tokens.ts';
import { createDecoder, decodeResponse } from './decode-events.ts';
import { decodeRequest } from './decode-request.ts';
import { createEncoder } from './encode-events.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { readRequest } from './read-request.ts';
import { createScanner } from './scan-response.ts';

/** OpenAI's Responses, used without its memory: every request holds the whole conversation. */
export const openaiResponses: Dialect = {
  name: 'openai_responses',
  client: {
    framing: 'sse',
    path: () => '/v1/responses',
    encodeRequest,
    createDecoder,
    decodeResponse,
    decodeError,
  },
  server: {
    routes: ['/v1/responses'],
    decodeRequest,
    forOthers: request => withLeftMembers(request, { reasoning: ['effort', 'summary', 'generate_summary'] }),
    // Reasoning is shown whether or not somebody asked for its summary, nothing pads our events, and how long a prompt
    // is cached and who asks stand among the options as well.
    understood_extra: ['reasoning', 'stream_options', 'prompt_cache_retention', 'safety_identifier'],
    stream_content_type: 'text/event-stream; charset=utf-8',
    createEncoder,
    encodeResponse,
    encodeError,
  },
  passthrough: { readRequest, createScanner },
  embeddings: { client: embeddings.client, servers: [] },
  counting: countTokens,
};
