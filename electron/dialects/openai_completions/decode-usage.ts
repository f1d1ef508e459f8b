import type { JsonObject } from '../../contract/json.ts';
import type { Usage } from '../../contract/usage.ts';
import { numberField, objectField } from '../json-fields.ts';
import { noteTokens } from '../note-tokens.ts';

/** Usage of a whole answer or of one chunk: where OpenAI puts it, where Groq does, where Moonshot does. */
export function findUsage(event: JsonObject, choice: JsonObject | undefined): Usage | undefined {
  const raw =
    objectField(event, 'usage') ??
    objectField(objectField(event, 'x_groq') ?? {}, 'usage') ??
    (choice && objectField(choice, 'usage'));
  return raw && readUsage(raw);
}

/** OpenAI's `prompt_tokens` counts cached tokens in, as ours does; `completion_tokens` counts reasoning in. */
function readUsage(raw: JsonObject): Usage | undefined {
  const prompt = objectField(raw, 'prompt_tokens_details') ?? {};
  const answer = objectField(raw, 'completion_tokens_details') ?? {};
  const usage: Usage = {};
  noteTokens(usage, 'input_tokens', numberField(raw, 'prompt_tokens'));
  noteTokens(usage, 'output_tokens', numberField(raw, 'completion_tokens'));
  noteTokens(
    usage,
    'cache_read_tokens',
    numberField(prompt, 'cached_tokens') ??
      numberField(raw, 'prompt_cache_hit_tokens') ?? // DeepSeek
      numberField(raw, 'cached_tokens'), // Moonshot
  );
  // OpenAI and OpenRouter.
  noteTokens(usage, 'cache_write_tokens', numberField(prompt, 'cache_write_tokens'));
  noteTokens(
    usage,
    'reasoning_tokens',
    numberField(answer, 'reasoning_tokens') ?? numberField(raw, 'reasoning_tokens'),
  );
  return Object.keys(usage).length === 0 ? undefined : usage;
}
