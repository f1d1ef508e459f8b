import { describe, expect, it } from 'vitest';

import type { Json, JsonObject } from '../../electron/contract/json.ts';
import type { DialectName } from '../../electron/contract/models.ts';
import type { Dialect } from '../../electron/dialects/dialect.ts';
import { dialects } from '../../electron/dialects/registry.ts';
import { othersThan } from './ask-others.ts';
import { askWith, plainBodies } from './ask-with.ts';

// What a tool asks for reaches the model, is refused by name, or stands in the warnings: never is it left out silently.

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

/** A request of each format with a tool, and with fields that ask for something. */
const asking: Record<DialectName, { tools: Json; fields: Record<string, Json[]> }> = {
  openai_completions: {
    tools: [{ type: 'function', function: { name: 'weather', parameters: schema } }],
    fields: {
      audio: [{ voice: 'alloy', format: 'mp3' }],
      frequency_penalty: [0.5],
      logit_bias: [{ '50256': -100 }],
      logprobs: [true],
      max_completion_tokens: [50],
      max_tokens: [50],
      metadata: [{ run: '7' }],
      modalities: [['text', 'audio']],
      moderation: [{ mode: 'low' }],
      n: [2],
      parallel_tool_calls: [false],
      prediction: [{ type: 'content', content: 'x' }],
      presence_penalty: [0.5],
      prompt_cache_key: ['user-7'],
      prompt_cache_retention: ['24h'],
      reasoning: [{ effort: 'high' }, { max_tokens: 5000 }, { exclude: true }],
      reasoning_effort: ['none', 'minimal', 'low', 'high', 'max'],
      response_format: [
        { type: 'json_object' },
        { type: 'json_schema', json_schema: { name: 'city', schema, strict: true } },
      ],
      safety_identifier: ['user-7'],
      seed: [7],
      service_tier: ['flex', 'priority'],
      some_new_field: [1, 'x', { a: 1 }],
      stop: ['END', ['END']],
      store: [true],
      temperature: [0.3],
      tool_choice: ['none', 'required', { type: 'function', function: { name: 'weather' } }],
      top_k: [5],
      top_logprobs: [3],
      top_p: [0.4],
      user: ['user-7'],
      verbosity: ['low'],
      web_search_options: [{}],
    },
  },
  openai_responses: {
    tools: [{ type: 'function', name: 'weather', parameters: schema, strict: false }],
    fields: {
      background: [true],
      context_management: [[{ type: 'compaction', compact_threshold: 1000 }]],
      conversation: ['conv_1'],
      frequency_penalty: [0.5],
      include: [['message.output_text.logprobs'], ['file_search_call.results']],
      instructions: ['Be brief.'],
      logit_bias: [{ '50256': -100 }],
      logprobs: [true],
      max_output_tokens: [50],
      max_tool_calls: [3],
      metadata: [{ run: '7' }],
      n: [2],
      parallel_tool_calls: [false],
      presence_penalty: [0.5],
      previous_response_id: ['resp_1'],
      prompt: [{ id: 'pmpt_1' }],
      prompt_cache_key: ['user-7'],
      prompt_cache_retention: ['24h'],
      reasoning: [{ effort: 'high' }, { context: 'all_turns' }, { effort: 'none' }],
      safety_identifier: ['user-7'],
      seed: [7],
      service_tier: ['flex', 'priority'],
      some_new_field: [1, 'x', { a: 1 }],
      stop: [['END']],
      store: [true],
      temperature: [0.3],
      text: [
        { verbosity: 'low' },
        { format: { type: 'json_object' } },
        { format: { type: 'json_schema', name: 'city', schema } },
      ],
      tool_choice: ['none', 'required', { type: 'function', name: 'weather' }],
      top_k: [5],
      top_logprobs: [3],
      top_p: [0.4],
      truncation: ['auto'],
      user: ['user-7'],
    },
  },
  anthropic_messages: {
    tools: [{ name: 'weather', input_schema: schema }],
    fields: {
      cache_control: [{ type: 'ephemeral' }],
      container: ['container_1'],
      context_management: [{ edits: [{ type: 'clear_tool_uses_20250919' }] }],
      inference_geo: ['eu'],
      max_tokens: [50],
      mcp_servers: [[{ type: 'url', url: 'https://example.com', name: 'x' }]],
      metadata: [{ user_id: 'user-7' }, { run: '7' }],
      output_config: [
        { effort: 'low' },
        { effort: 'max' },
        { format: { type: 'json_schema', schema } },
        { task_budget: { type: 'tokens', total: 5000 } },
      ],
      service_tier: ['standard_only'],
      some_new_field: [1, 'x', { a: 1 }],
      speed: ['fast'],
      stop_sequences: [['END']],
      system: ['Be brief.', [{ type: 'text', text: 'Be brief.' }]],
      temperature: [0.3],
      thinking: [
        { type: 'enabled', budget_tokens: 5000 },
        { type: 'adaptive', display: 'omitted' },
        { type: 'disabled' },
      ],
      tool_choice: [
        { type: 'none' },
        { type: 'any' },
        { type: 'tool', name: 'weather' },
        { type: 'auto', disable_parallel_tool_use: true },
      ],
      top_k: [5],
      top_p: [0.4],
    },
  },
  google_gemini: {
    tools: [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema: schema }] }],
    fields: {
      cachedContent: ['cachedContents/1'],
      generationConfig: [
        { maxOutputTokens: 50 },
        { temperature: 0.3 },
        { topP: 0.4 },
        { topK: 5 },
        { stopSequences: ['END'] },
        { seed: 7 },
        { frequencyPenalty: 0.5 },
        { presencePenalty: 0.5 },
        { candidateCount: 2 },
        { responseLogprobs: true },
        { logprobs: 3 },
        { responseMimeType: 'application/json' },
        { responseMimeType: 'application/json', responseSchema: { type: 'OBJECT' } },
        { responseModalities: ['TEXT', 'AUDIO'] },
        { speechConfig: { languageCode: 'de-DE' } },
        { mediaResolution: 'MEDIA_RESOLUTION_LOW' },
        { audioTimestamp: true },
        { thinkingConfig: { thinkingBudget: 0 } },
        { thinkingConfig: { thinkingBudget: 5000 } },
        { thinkingConfig: { thinkingLevel: 'HIGH' } },
        { someNewField: 1 },
      ],
      labels: [{ run: '7' }],
      safetySettings: [[{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }]],
      someNewField: [1, 'x', { a: 1 }],
      systemInstruction: [{ parts: [{ text: 'Be brief.' }] }],
      toolConfig: [
        { functionCallingConfig: { mode: 'NONE' } },
        { functionCallingConfig: { mode: 'ANY' } },
        { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['weather'] } },
        { retrievalConfig: { languageCode: 'de' } },
      ],
    },
  },
  ollama_chat: {
    tools: [{ type: 'function', function: { name: 'weather', parameters: schema } }],
    fields: {
      format: ['json', schema],
      keep_alive: ['5m', 0, -1],
      logprobs: [true],
      options: [
        { num_predict: 50 },
        { temperature: 0.3 },
        { top_p: 0.4 },
        { top_k: 5 },
        { stop: ['END'] },
        { seed: 7 },
        { frequency_penalty: 0.5 },
        { presence_penalty: 0.5 },
        { num_ctx: 8192 },
        { mirostat: 1 },
        { repeat_penalty: 1.2 },
        { min_p: 0.1 },
      ],
      some_new_field: [1, 'x', { a: 1 }],
      think: [true, false, 'low', 'high'],
    },
  },
};

/** One of each kind that takes less than its elders, and one nobody knows. */
const models: Record<DialectName, string[]> = {
  openai_completions: ['some-model', 'gpt-5'],
  openai_responses: ['some-model', 'gpt-5'],
  anthropic_messages: ['claude-sonnet-4-5', 'claude-opus-5-5'],
  google_gemini: ['gemini-2.5-pro', 'gemini-4-flash'],
  ollama_chat: ['qwen3', 'gpt-oss'],
};

const cases = Object.values<Dialect>(dialects).flatMap(from =>
  othersThan(from).flatMap(to => models[to.name].map(model => ({ from, to, model }))),
);

describe.each(cases)('$from.name before $model of $to.name', ({ from, to, model }) => {
  it('sends, refuses or names each thing that is asked for', () => {
    const { tools, fields } = asking[from.name];
    const plain: JsonObject = { ...plainBodies[from.name], tools };
    const expected = askWith(from, plain, to, model);
    expect(expected).toMatchObject({ told: [] });
    const silent = Object.entries(fields).flatMap(([field, values]) =>
      values.flatMap(value => {
        const { refused, told, sent } = askWith(from, { ...plain, [field]: value }, to, model);
        const isSent = JSON.stringify(sent) !== JSON.stringify(expected.sent);
        if (isSent || told.length > 0 || refused !== undefined) return [];
        return [`${field}: ${JSON.stringify(value)}`];
      }),
    );
    expect(silent).toEqual([]);
  });
});
