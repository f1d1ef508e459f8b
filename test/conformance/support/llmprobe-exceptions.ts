import type { DialectName } from '../../../electron/contract/models.ts';

/** What does not pass, as `test: assertion` or `test: outcome`, and why it cannot. */
export type Exceptions = Record<string, string>;

const surfaces = ['chat', 'responses', 'messages'];
/** `*` stands for the surface. */
const eachSurface = (name: string, reason: string): Exceptions =>
  Object.fromEntries(surfaces.map(surface => [name.replaceAll('*', surface), reason]));

const notOurs = 'Parley makes no pictures and no sound.';
const noCache = 'The model of these tests caches nothing, so that there is nothing to report.';
const noWord = 'The upstream has no word for it; Parley refuses the field by its name.';

/** Over every upstream. */
const everywhere: Exceptions = {
  'images-generate: unsupported': notOurs,
  'images-edit: unsupported': notOurs,
  'audio-speech: unsupported': notOurs,
  'responses-mcp-tools: unsupported': 'llmprobe does not ask this of anybody yet.',
  'responses-reasoning-roundtrip: unsupported': 'llmprobe does not ask this of anybody yet.',
  ...eachSurface('*-rate-limit-headers: unsupported', 'Limits are the upstream’s, and this one has none.'),
  'responses-prompt-caching: responses-cache-hit': noCache,
  'responses-prompt-cache-prefix: responses-cache-prefix-hit': noCache,
};

/** Whether an upstream says that nothing came from a cache, or nothing of caches at all. */
const noCacheTold: Exceptions = {
  'chat-prompt-caching: unsupported': noCache,
  'chat-prompt-cache-prefix: unsupported': noCache,
  'messages-prompt-caching: unsupported': noCache,
  'messages-prompt-cache-prefix: unsupported': noCache,
};
const cacheToldEmpty: Exceptions = {
  'chat-prompt-caching: chat-cache-hit': noCache,
  'chat-prompt-cache-prefix: chat-cache-prefix-hit': noCache,
  'messages-prompt-caching: messages-cache-hit': noCache,
  'messages-prompt-cache-prefix: messages-cache-prefix-hit': noCache,
};

const keepsNothing: Exceptions = {
  'responses-previous-response-id: unsupported': 'Parley keeps no answers; it refuses the field by its name.',
  'responses-background: unsupported': 'Parley keeps no answers; it refuses the field by its name.',
};

const untold = 'Only Anthropic tells that a stop sequence ended an answer; the others say that it ended.';
const noStopReason: Exceptions = { 'messages-stop-sequence-echo: messages-stop-reason': untold };

const noLogprobs: Exceptions = {
  'chat-logprobs: unsupported': noWord,
  'chat-n-choices: unsupported': noWord,
};

const unforced = 'Ollama cannot be made to call a tool; Parley refuses to make it, by name.';

/** Over one upstream, beside those of all. */
export const exceptions: Record<DialectName, Exceptions> = {
  openai_completions: {
    ...everywhere,
    ...noCacheTold,
    ...keepsNothing,
    ...noStopReason,
    'chat-logprobs: chat-logprobs-not-ignored': 'aimock knows no logprobs; the request passes as it is.',
    'chat-n-choices: chat-n-not-ignored': 'aimock gives one choice; the request passes as it is.',
  },
  openai_responses: {
    ...everywhere,
    ...cacheToldEmpty,
    'responses-streaming: responses-sse-missing-done':
      'OpenAI itself ends no stream with it, and the bytes pass as they are.',
    ...noLogprobs,
    'chat-seed: unsupported': noWord,
    'chat-stop-string: chat-stop-string-status': noWord,
    'messages-stop-sequence-echo: messages-stop-echo-status': noWord,
    'responses-previous-response-id: responses-chain-remembers':
      'The upstream of these tests remembers nothing; the request passes as it is.',
    'responses-background: responses-background-queued':
      'The upstream of these tests waits for nothing; the request passes as it is.',
  },
  anthropic_messages: {
    ...everywhere,
    ...noCacheTold,
    ...keepsNothing,
    ...noLogprobs,
    'chat-seed: unsupported': noWord,
    'embeddings-basic: inconclusive': 'Anthropic has no embeddings; Parley says so.',
    'embeddings-dimensions: unsupported': 'Anthropic has no embeddings; Parley says so.',
  },
  google_gemini: {
    ...everywhere,
    ...noCacheTold,
    ...keepsNothing,
    ...noLogprobs,
    ...noStopReason,
    ...eachSurface(
      '*-parallel-tools-off: *-parallel-off-single',
      'Gemini cannot be told to call one tool at a time.',
    ),
  },
  ollama_chat: {
    ...everywhere,
    ...noCacheTold,
    ...keepsNothing,
    ...noLogprobs,
    ...noStopReason,
    ...eachSurface('*-tool-serialization: unsupported', unforced),
    ...eachSurface('*-tool-stream-reassembly: *-tool-stream-status', unforced),
    ...eachSurface('*-parallel-tools: unsupported', unforced),
    ...eachSurface('*-parallel-tools-off: unsupported', unforced),
    ...eachSurface('*-tool-arg-types: inconclusive', unforced),
    ...eachSurface('*-tool-args-literal-delimiter: unsupported', unforced),
  },
};
