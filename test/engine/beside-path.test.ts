import { expect, it } from 'vitest';

import { besidePath } from '../../electron/engine/beside-path.ts';

const chat = '/v1/chat/completions';
const messages = '/v1/messages';

it.each([
  [null, chat, '/v1/embeddings', '/v1/embeddings'],
  [chat, chat, '/v1/embeddings', '/v1/embeddings'],
  ['/v4/chat/completions', chat, '/v1/completions', '/v4/completions'],
  ['/chat/completions', chat, '/v1/completions', '/completions'],
  ['/compatibility/v1/chat/completions', chat, '/v1/embeddings', '/compatibility/v1/embeddings'],
  ['/anthropic/v1/messages', messages, '/v1/messages/count_tokens', '/anthropic/v1/messages/count_tokens'],
  ['/x/v1/responses', '/v1/responses', '/v1/responses/input_tokens', '/x/v1/responses/input_tokens'],
  ['/o/api/chat', '/api/chat', '/api/generate', '/o/api/generate'],
  // An address that tells nothing of where others are.
  ['/ask', chat, '/v1/embeddings', '/v1/embeddings'],
  ['/v1/chat/completionsx', chat, '/v1/embeddings', '/v1/embeddings'],
])('a chat at %s (for %s) has %s at %s', (address, own, path, found) => {
  expect(besidePath(address, own, path)).toBe(found);
});
