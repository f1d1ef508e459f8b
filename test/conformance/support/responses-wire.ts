import { BROKEN_MESSAGE, LIMIT_MESSAGE, REFUSED_MESSAGE, RETRY_SECONDS, tokensOf } from './wire.ts';
import type { Json, Script, Wire } from './wire.ts';

/** OpenAI's Responses API, the longest of the five. */
export const responsesWire: Wire = {
  contentType: 'text/event-stream',
  frames(script) {
    let sequence_number = -1;
    const frame = (type: string, facts: Json): string => {
      sequence_number += 1;
      return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number, ...facts })}\n\n`;
    };
    const items = itemsOf(script);
    const started = response({ status: 'in_progress', output: [], usage: null });
    return [
      frame('response.created', { response: started }) + frame('response.in_progress', { response: started }),
      ...items.flatMap((item, output_index) => [
        frame('response.output_item.added', { output_index, item: emptied(item) }),
        ...innerFrames(item, script).map(([type, facts]) =>
          frame(type, { item_id: item['id'], output_index, ...facts }),
        ),
        frame('response.output_item.done', { output_index, item }),
      ]),
      frame(script.length ? 'response.incomplete' : 'response.completed', { response: finished(script) }),
    ];
  },
  whole: finished,
  errorFrame: `event: error\ndata: ${JSON.stringify({
    type: 'error',
    sequence_number: 9,
    code: 'server_error',
    message: BROKEN_MESSAGE,
    param: null,
  })}\n\n`,
  refused: { error: { message: REFUSED_MESSAGE, type: 'invalid_request_error', param: 'input', code: null } },
  limited: {
    body: { error: { message: LIMIT_MESSAGE, type: 'requests', param: null, code: 'rate_limit_exceeded' } },
    headers: { 'retry-after': String(RETRY_SECONDS) },
  },
};

function response(facts: Json): Json {
  return {
    id: 'resp_68a1',
    object: 'response',
    created_at: 1_763_787_600,
    completed_at: null,
    status: 'completed',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    max_tool_calls: null,
    model: 'gpt-scripted',
    parallel_tool_calls: true,
    presence_penalty: 0,
    frequency_penalty: 0,
    previous_response_id: null,
    prompt_cache_key: null,
    reasoning: { effort: null, summary: null },
    safety_identifier: null,
    service_tier: 'default',
    store: false,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: 'auto',
    tools: [],
    top_logprobs: 0,
    top_p: 1,
    truncation: 'disabled',
    usage: null,
    user: null,
    metadata: {},
    ...facts,
  };
}

function finished(script: Script): Json {
  const { input, output } = tokensOf(script);
  return response({
    completed_at: 1_763_787_601,
    ...(script.length && { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }),
    output: itemsOf(script),
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + output,
    },
  });
}

function itemsOf(script: Script): Json[] {
  return [
    ...(script.thinking
      ? [
          {
            id: 'rs_1',
            type: 'reasoning',
            summary: [{ type: 'summary_text', text: script.thinking }],
            ...(script.signature && { encrypted_content: script.signature }),
          },
        ]
      : []),
    ...(script.text
      ? [
          {
            id: 'msg_1',
            type: 'message',
            status: 'completed',
            role: 'assistant',
            content: [{ type: 'output_text', annotations: [], logprobs: [], text: script.text.join('') }],
          },
        ]
      : []),
    ...(script.calls ?? []).map(({ id, name, input }, i) => ({
      id: `fc_${String(i)}`,
      type: 'function_call',
      status: 'completed',
      call_id: id,
      name,
      arguments: JSON.stringify(input),
    })),
  ];
}

function emptied(item: Json): Json {
  switch (item['type']) {
    case 'reasoning':
      return { ...item, summary: [] };
    case 'message':
      return { ...item, status: 'in_progress', content: [] };
    default:
      return { ...item, status: 'in_progress', arguments: '' };
  }
}

function innerFrames(item: Json, script: Script): [string, Json][] {
  switch (item['type']) {
    case 'reasoning': {
      const text = script.thinking;
      const at = { summary_index: 0 };
      return [
        ['response.reasoning_summary_part.added', { ...at, part: { type: 'summary_text', text: '' } }],
        ['response.reasoning_summary_text.delta', { ...at, delta: text }],
        ['response.reasoning_summary_text.done', { ...at, text }],
        ['response.reasoning_summary_part.done', { ...at, part: { type: 'summary_text', text } }],
      ];
    }
    case 'message': {
      const [part] = item['content'] as Json[]; // made above
      const at = { content_index: 0 };
      return [
        ['response.content_part.added', { ...at, part: { ...part, text: '' } }],
        ...(script.text ?? []).map((delta): [string, Json] => [
          'response.output_text.delta',
          { ...at, delta, logprobs: [] },
        ]),
        ['response.output_text.done', { ...at, text: part?.['text'], logprobs: [] }],
        ['response.content_part.done', { ...at, part }],
      ];
    }
    default:
      return [
        ['response.function_call_arguments.delta', { delta: item['arguments'] }],
        ['response.function_call_arguments.done', { name: item['name'], arguments: item['arguments'] }],
      ];
  }
}
