import type { DialectName } from '../../../electron/contract/models.ts';
import { responsesWire } from './responses-wire.ts';
import { BROKEN_MESSAGE, LIMIT_MESSAGE, REFUSED_MESSAGE, RETRY_SECONDS, tokensOf } from './wire.ts';
import type { Json, Script, Wire } from './wire.ts';

type Call = NonNullable<Script['calls']>[number];

const sse = (event: Json, name?: unknown): string =>
  `${typeof name === 'string' ? `event: ${name}\n` : ''}data: ${JSON.stringify(event)}\n\n`;
const retryAfter = { 'retry-after': String(RETRY_SECONDS) };

const chatUsage = (script: Script): Json => {
  const { input, output } = tokensOf(script);
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
};
const chatCall = ({ id, name, input }: Call): Json => ({
  id,
  type: 'function',
  function: { name, arguments: JSON.stringify(input) },
});
const chatFinish = (script: Script): string =>
  script.length ? 'length' : script.calls ? 'tool_calls' : 'stop';

const completions: Wire = {
  contentType: 'text/event-stream',
  frames(script) {
    const chunk = (delta: Json, finish: string | null = null): string =>
      sse({ ...chatHead('chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason: finish }] });
    return [
      chunk({ role: 'assistant', content: '' }),
      ...(script.thinking ? [chunk({ reasoning_content: script.thinking })] : []),
      ...(script.text ?? []).map(content => chunk({ content })),
      ...(script.calls ?? []).map((call, index) => chunk({ tool_calls: [{ index, ...chatCall(call) }] })),
      chunk({}, chatFinish(script)) +
        sse({ ...chatHead('chat.completion.chunk'), choices: [], usage: chatUsage(script) }) +
        'data: [DONE]\n\n',
    ];
  },
  whole: script => ({
    ...chatHead('chat.completion'),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: script.text?.join('') ?? null,
          ...(script.thinking && { reasoning_content: script.thinking }),
          ...(script.calls && { tool_calls: script.calls.map(chatCall) }),
        },
        finish_reason: chatFinish(script),
      },
    ],
    usage: chatUsage(script),
  }),
  errorFrame: sse({ error: { message: BROKEN_MESSAGE, type: 'server_error', param: null, code: null } }),
  refused: { error: { message: REFUSED_MESSAGE, type: 'invalid_request_error', param: null, code: null } },
  limited: {
    body: { error: { message: LIMIT_MESSAGE, type: 'requests', param: null, code: 'rate_limit_exceeded' } },
    headers: retryAfter,
  },
};

function chatHead(object: string): Json {
  return { id: 'chatcmpl-1', object, created: 1_763_787_600, model: 'scripted-1' };
}

const claudeUsage = (script: Script): Json => {
  const { input, output } = tokensOf(script);
  return { input_tokens: input, output_tokens: output };
};
const claudeStop = (script: Script): string =>
  script.length ? 'max_tokens' : script.calls ? 'tool_use' : 'end_turn';
const claudeHead = {
  id: 'msg_01',
  type: 'message',
  role: 'assistant',
  model: 'claude-scripted',
  stop_sequence: null,
};

const messages: Wire = {
  contentType: 'text/event-stream',
  frames(script) {
    let index = -1;
    const frame = (event: Json): string => sse(event, event['type']);
    const block = (content_block: Json, ...deltas: Json[]): string[] => {
      index += 1;
      return [
        frame({ type: 'content_block_start', index, content_block }),
        ...deltas.map(delta => frame({ type: 'content_block_delta', index, delta })),
        frame({ type: 'content_block_stop', index }),
      ];
    };
    const start = {
      ...claudeHead,
      content: [],
      stop_reason: null,
      usage: { ...claudeUsage(script), output_tokens: 1 },
    };
    return [
      frame({ type: 'message_start', message: start }) + frame({ type: 'ping' }),
      ...(script.thinking
        ? block(
            { type: 'thinking', thinking: '', signature: '' },
            { type: 'thinking_delta', thinking: script.thinking },
            { type: 'signature_delta', signature: script.signature ?? '' },
          )
        : []),
      ...(script.text
        ? block({ type: 'text', text: '' }, ...script.text.map(text => ({ type: 'text_delta', text })))
        : []),
      ...(script.calls ?? []).flatMap(({ id, name, input }) =>
        block(
          { type: 'tool_use', id, name, input: {} },
          ...halves(JSON.stringify(input)).map(partial_json => ({ type: 'input_json_delta', partial_json })),
        ),
      ),
      frame({
        type: 'message_delta',
        delta: { stop_reason: claudeStop(script), stop_sequence: null },
        usage: { output_tokens: tokensOf(script).output },
      }) + frame({ type: 'message_stop' }),
    ];
  },
  whole: script => ({
    ...claudeHead,
    content: [
      ...(script.thinking
        ? [{ type: 'thinking', thinking: script.thinking, signature: script.signature ?? '' }]
        : []),
      ...(script.text ? [{ type: 'text', text: script.text.join('') }] : []),
      ...(script.calls ?? []).map(call => ({ type: 'tool_use', ...call })),
    ],
    stop_reason: claudeStop(script),
    usage: claudeUsage(script),
  }),
  errorFrame: sse({ type: 'error', error: { type: 'api_error', message: BROKEN_MESSAGE } }, 'error'),
  refused: {
    type: 'error',
    error: { type: 'invalid_request_error', message: REFUSED_MESSAGE },
    request_id: 'req_1',
  },
  limited: {
    body: { type: 'error', error: { type: 'rate_limit_error', message: LIMIT_MESSAGE }, request_id: 'req_1' },
    headers: retryAfter,
  },
};

const geminiUsage = (script: Script): Json => {
  const { input, output } = tokensOf(script);
  return { promptTokenCount: input, candidatesTokenCount: output, totalTokenCount: input + output };
};
const geminiFinish = (script: Script): string => (script.length ? 'MAX_TOKENS' : 'STOP');
const geminiAnswer = (script: Script, parts: Json[], finishReason?: string): Json => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...(finishReason && { finishReason }) }],
  usageMetadata: geminiUsage(script),
  modelVersion: 'gemini-scripted',
  responseId: 'resp-1',
});
// Gemini signs the first call of a turn, or the last part of a text.
const geminiParts = ({ thinking, signature, text = [], calls = [] }: Script): Json[] => [
  ...(thinking ? [{ text: thinking, thought: true }] : []),
  ...text.map((piece, i) => ({
    text: piece,
    ...(signature && calls.length === 0 && i === text.length - 1 && { thoughtSignature: signature }),
  })),
  ...calls.map(({ id, name, input }, i) => ({
    functionCall: { id, name, args: input },
    ...(signature && i === 0 && { thoughtSignature: signature }),
  })),
];

const gemini: Wire = {
  contentType: 'text/event-stream',
  frames(script) {
    const parts = geminiParts(script);
    return parts.map((part, i) =>
      sse(geminiAnswer(script, [part], i === parts.length - 1 ? geminiFinish(script) : undefined)),
    );
  },
  whole: script => geminiAnswer(script, geminiParts(script), geminiFinish(script)),
  errorFrame: sse({ error: { code: 503, message: BROKEN_MESSAGE, status: 'UNAVAILABLE' } }),
  refused: { error: { code: 400, message: REFUSED_MESSAGE, status: 'INVALID_ARGUMENT' } },
  limited: {
    // Google sends no header: the time to wait stands in the body alone.
    body: {
      error: {
        code: 429,
        message: LIMIT_MESSAGE,
        status: 'RESOURCE_EXHAUSTED',
        details: [
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${String(RETRY_SECONDS)}s` },
        ],
      },
    },
    headers: {},
  },
};

const ollamaLine = (message: Json, end: Json = { done: false }): Json => ({
  model: 'qwen3:8b',
  created_at: '2025-11-22T06:00:00.123456789Z',
  message: { role: 'assistant', content: '', ...message },
  ...end,
});
const ollamaEnd = (script: Script): Json => ({
  done: true,
  done_reason: script.length ? 'length' : 'stop',
  total_duration: 4_883_583_458,
  load_duration: 1_334_875,
  prompt_eval_count: tokensOf(script).input,
  prompt_eval_duration: 342_546_000,
  eval_count: tokensOf(script).output,
  eval_duration: 4_535_599_000,
});
const ollamaCalls = (script: Script): Json =>
  script.calls
    ? { tool_calls: script.calls.map(({ name, input }) => ({ function: { name, arguments: input } })) }
    : {};
const ndjson = (line: Json): string => `${JSON.stringify(line)}\n`;

const ollama: Wire = {
  contentType: 'application/x-ndjson',
  frames: script => [
    ...(script.thinking ? [ndjson(ollamaLine({ thinking: script.thinking }))] : []),
    ...(script.text ?? []).map(content => ndjson(ollamaLine({ content }))),
    ...(script.calls ? [ndjson(ollamaLine(ollamaCalls(script)))] : []),
    ndjson(ollamaLine({}, ollamaEnd(script))),
  ],
  whole: script =>
    ollamaLine(
      {
        content: script.text?.join('') ?? '',
        ...(script.thinking && { thinking: script.thinking }),
        ...ollamaCalls(script),
      },
      ollamaEnd(script),
    ),
  errorFrame: ndjson({ error: BROKEN_MESSAGE }),
  refused: { error: REFUSED_MESSAGE },
  limited: { body: { error: LIMIT_MESSAGE }, headers: retryAfter },
};

function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}

export const wires = {
  openai_completions: completions,
  openai_responses: responsesWire,
  anthropic_messages: messages,
  google_gemini: gemini,
  ollama_chat: ollama,
} satisfies Record<DialectName, Wire>;
