import { describe, expect, it } from 'vitest';

import type { Json, JsonObject } from '../../electron/contract/json.ts';
import type { DialectName } from '../../electron/contract/models.ts';
import type { Dialect } from '../../electron/dialects/dialect.ts';
import { dialects } from '../../electron/dialects/registry.ts';
import { othersThan } from './ask-others.ts';
import { askWith, plainBodies } from './ask-with.ts';

// Many tools send every field they know, most of them with a value that asks for nothing: such a request is answered,
// and nobody is told that something was left out.

const harmless: Record<DialectName, Record<string, Json[]>> = {
  openai_completions: {
    audio: [null],
    frequency_penalty: [0, null],
    function_call: ['auto', 'none', null],
    functions: [[], null],
    logit_bias: [{}, null],
    logprobs: [false, null],
    max_completion_tokens: [null],
    max_tokens: [null],
    metadata: [{}, null],
    modalities: [['text'], [], null],
    n: [1, null],
    parallel_tool_calls: [true, null],
    prediction: [null],
    presence_penalty: [0, null],
    prompt_cache_key: ['', null],
    reasoning: [{}, null],
    reasoning_effort: [null],
    response_format: [{ type: 'text' }, null],
    safety_identifier: ['', null],
    seed: [null],
    service_tier: ['auto', 'default', null],
    stop: [[], '', null],
    store: [false, null],
    stream: [false, null],
    stream_options: [{}, { include_usage: true }, null],
    tool_choice: ['auto', 'none', null],
    tools: [[], null],
    top_logprobs: [0, null],
    user: ['', null],
    verbosity: ['medium', null],
    web_search_options: [null],
  },
  openai_responses: {
    background: [false, null],
    context_management: [[], null],
    conversation: [null],
    frequency_penalty: [0, null],
    include: [[], ['reasoning.encrypted_content'], null],
    instructions: ['', null],
    logit_bias: [{}, null],
    logprobs: [false, null],
    max_output_tokens: [null],
    max_tool_calls: [null],
    metadata: [{}, null],
    n: [1, null],
    parallel_tool_calls: [true, null],
    presence_penalty: [0, null],
    previous_response_id: ['', null],
    prompt: [null],
    prompt_cache_key: ['', null],
    prompt_cache_options: [{}, null],
    reasoning: [{}, { effort: null, summary: null }, { summary: 'detailed' }, null],
    safety_identifier: ['', null],
    seed: [null],
    service_tier: ['auto', 'default', null],
    stop: [[], '', null],
    store: [false, null],
    stream: [false, null],
    stream_options: [{}, null],
    text: [{}, { format: { type: 'text' } }, { format: { type: 'text' }, verbosity: 'medium' }, null],
    tool_choice: ['auto', 'none', null],
    tools: [[], null],
    top_logprobs: [0, null],
    truncation: ['disabled', null],
    user: ['', null],
  },
  anthropic_messages: {
    cache_control: [null],
    compaction: [null],
    container: ['', null],
    context_management: [{}, { edits: [] }, null],
    inference_geo: ['', null],
    mcp_servers: [[], null],
    metadata: [{}, { user_id: '' }, { user_id: null }, null],
    output_config: [{}, { format: null }, null],
    output_format: [null],
    service_tier: ['auto', null],
    stop_sequences: [[], null],
    stream: [false, null],
    system: ['', [], null],
    temperature: [null],
    // To think as long as it likes is left to every other model anyway; so is to show it.
    thinking: [{ type: 'adaptive' }, { type: 'adaptive', display: 'summarized' }, { type: 'disabled' }, null],
    tool_choice: [{ type: 'auto' }, { type: 'none' }, null],
    tools: [[], null],
    top_k: [null],
    top_p: [null],
  },
  google_gemini: {
    cachedContent: ['', null],
    generationConfig: [
      {},
      { candidateCount: 1, responseLogprobs: false, logprobs: 0, seed: null },
      { frequencyPenalty: 0, presencePenalty: 0, stopSequences: [] },
      { responseMimeType: 'text/plain', responseModalities: ['TEXT'], speechConfig: null },
      { responseMimeType: '', responseModalities: [], mediaResolution: 'MEDIA_RESOLUTION_UNSPECIFIED' },
      { thinkingConfig: {}, mediaResolution: null, enableEnhancedCivicAnswers: false },
      null,
    ],
    labels: [{}, null],
    safetySettings: [[], null],
    systemInstruction: ['', { parts: [] }, null],
    toolConfig: [{}, { functionCallingConfig: { mode: 'AUTO' } }, null],
    tools: [[], [{}], null],
  },
  ollama_chat: {
    format: ['', null],
    keep_alive: [null],
    logprobs: [false, null],
    options: [
      {},
      { seed: null, stop: [], frequency_penalty: 0, presence_penalty: 0 },
      { num_predict: -1, num_ctx: null },
      null,
    ],
    stream: [false, null],
    think: [false, null],
    tools: [[], null],
    top_logprobs: [0, null],
  },
};

/** One of each kind that takes less than its elders, and one nobody knows. */
const models: Record<DialectName, string[]> = {
  openai_completions: ['some-model', 'gpt-5', 'gpt-5.1'],
  openai_responses: ['some-model', 'gpt-5', 'gpt-5.1'],
  anthropic_messages: ['claude-3-5-haiku-latest', 'claude-sonnet-4-5', 'claude-opus-5-5'],
  google_gemini: ['gemini-2.5-pro', 'gemini-3-pro', 'gemini-4-flash'],
  ollama_chat: ['qwen3', 'gpt-oss'],
};

const cases = Object.values<Dialect>(dialects).flatMap(from =>
  othersThan(from).flatMap(to => models[to.name].map(model => ({ from, to, model }))),
);

describe.each(cases)('$from.name before $model of $to.name', ({ from, to, model }) => {
  it('refuses and warns of nothing that asks for nothing', () => {
    const complaints = Object.entries(harmless[from.name]).flatMap(([field, values]) =>
      values.flatMap(value => {
        const body: JsonObject = { ...plainBodies[from.name], [field]: value };
        const { refused, told } = askWith(from, body, to, model);
        const problem = refused ?? told.join(', ');
        return problem === '' ? [] : [`${field}: ${JSON.stringify(value)} → ${problem}`];
      }),
    );
    expect(complaints).toEqual([]);
  });
});

describe.each(Object.values<Dialect>(dialects))('$name before itself', dialect => {
  it('refuses nothing that asks for nothing', () => {
    const complaints = Object.entries(harmless[dialect.name]).flatMap(([field, values]) =>
      values.flatMap(value => {
        const body: JsonObject = { ...plainBodies[dialect.name], [field]: value };
        const { refused } = askWith(dialect, body, dialect, 'some-model');
        return refused === undefined ? [] : [`${field}: ${JSON.stringify(value)} → ${refused}`];
      }),
    );
    expect(complaints).toEqual([]);
  });
});
