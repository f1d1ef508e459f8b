/** How keys begin, the longer beginnings first; from the vendors' own pages on keys. */
const beginnings: readonly [string, string][] = [
  ['sk-ant-', 'anthropic'],
  ['sk-or-', 'openrouter'],
  ['sk-proj-', 'openai'],
  ['sk-svcacct-', 'openai'],
  ['AIza', 'google'],
  ['gsk_', 'groq'],
  ['xai-', 'xai'],
  ['pplx-', 'perplexity'],
  ['hf_', 'huggingface'],
  ['nvapi-', 'nvidia'],
  ['csk-', 'cerebras'],
  ['fw_', 'fireworks'],
];

/** The provider whose keys look like this one; undefined where many do. */
export function guessProvider(key: string): string | undefined {
  return beginnings.find(([beginning]) => key.trim().startsWith(beginning))?.[1];
}
