import type { Dialect } from '../dialect.ts';
// The sentence is made of what the body says and what the status means, whoever sent them.
import { decodeError } from '../decode-error.ts';
import { countTokens } from './count-tokens.ts';
import { createDecoder, decodeResponse } from './decode-events.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeError } from './encode-error.ts';
import { createEncoder } from './encode-events.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { forOthers } from './for-others.ts';
import { encodeModel, encodeModels } from './model-list.ts';
import { readRequest } from './read-request.ts';
import { createScanner } from './scan-response.ts';

/** Anthropic's Messages, which also many makers of open models speak for the sake of coding tools. */
export const anthropicMessages: Dialect = {
  name: 'anthropic_messages',
  client: {
    framing: 'sse',
    path: () => '/v1/messages',
    encodeRequest,
    createDecoder,
    decodeResponse,
    decodeError,
  },
  server: {
    routes: ['/v1/messages'],
    decodeRequest,
    forOthers,
    understood_extra: ['system', 'tools', 'thinking', 'output_config'],
    // Its citations point into search results that are sealed by Anthropic, who refuses others when they come back.
    hides_sources: true,
    stream_content_type: 'text/event-stream; charset=utf-8',
    keep_alive: 'event: ping\ndata: {"type": "ping"}\n\n',
    createEncoder,
    encodeResponse,
    encodeError,
  },
  // Fields that are being tried out are refused without the header that names them.
  passthrough: { readRequest, createScanner, headers: ['anthropic-beta', 'anthropic-version'] },
  counting: countTokens,
  listing: { encodeModels, encodeModel },
};
