import type { Json, JsonObject } from '../../contract/json.ts';
import type { EncoderContext } from '../dialect.ts';

export type ResponseHead = Pick<EncoderContext, 'id' | 'model' | 'created'>;

/** What changes while an answer is made. */
export type ResponseState = {
  status: 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled';
  output: JsonObject[];
  usage: JsonObject | null;
  error?: JsonObject;
  incomplete_reason?: string;
};

/** An answer with all its fields: clients of this format read several of them without asking whether they are there. */
export function responseObject({ id, model, created }: ResponseHead, state: ResponseState): JsonObject {
  const { status, output, usage, error, incomplete_reason } = state;
  const incomplete_details: Json = incomplete_reason === undefined ? null : { reason: incomplete_reason };
  return {
    id: responseId(id),
    object: 'response',
    created_at: created,
    status,
    background: false,
    error: error ?? null,
    incomplete_details,
    instructions: null,
    max_output_tokens: null,
    max_tool_calls: null,
    model,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    prompt_cache_key: null,
    reasoning: { effort: null, summary: null },
    safety_identifier: null,
    service_tier: 'default',
    store: false,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_logprobs: 0,
    top_p: null,
    truncation: 'disabled',
    usage,
    user: null,
    metadata: {},
  };
}

/** An answer's id in OpenAI's form: some tools tell by it what an id is of. */
export function responseId(id: string): string {
  return id.startsWith('resp_') ? id : `resp_${id}`;
}

/** Ids of an answer's items: unlike any of another answer's, and within the 64 letters OpenAI takes back. */
export function itemId(kind: 'msg' | 'rs' | 'fc', answerId: string, position: number): string {
  const letters = answerId.replaceAll(/[^A-Za-z0-9]/g, '').replace(/^resp/, '');
  return `${kind}_${letters.slice(-40)}_${position}`;
}
