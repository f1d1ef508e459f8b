/** What a model takes and what it refuses; Anthropic changes this with nearly every version. */
export type ModelRules = {
  /** `budget`: thinking with a number of tokens. `adaptive`: the model decides, `output_config.effort` steers it. */
  thinking: 'none' | 'budget' | 'adaptive';
  /** What asks for no thinking; a model that always thinks can only be asked for little. */
  noThinking: 'disabled' | 'between_tools' | 'low_effort';
  takesXhigh: boolean;
  /** Thinking comes without its text unless it is asked for. */
  hidesThinking: boolean;
  /** Both temperature and top_p, one of them, or none at all. */
  samplers: 'both' | 'one' | 'none';
  /** Sent where neither the caller nor the catalog names a limit, because Anthropic demands one; what every model of this kind can do. */
  defaultMaxTokens: number;
};

/** `version` is 406 for 4.6: as a fraction 4.10 would stand before 4.6. */
type Claude = { family: string; version: number };

/**
 * Rules by model id, however a reseller writes it: `claude-opus-4-6`, `anthropic/claude-opus-4.6`,
 * `us.anthropic.claude-sonnet-4-5-20250929-v1:0`. From Anthropic's migration guides up to Claude 5.5 (November 2026);
 * a Claude newer than this list is taken for one like the latest, a model of another maker for one like Claude 4.5.
 */
export function rulesOf(modelId: string): ModelRules {
  const claude = readClaude(modelId);
  if (!claude) return { ...baseRules, thinking: 'budget' };
  const { version, family } = claude;
  if (version < 307) return { ...baseRules, defaultMaxTokens: version < 305 ? 4096 : 8192 };
  const isUnending = family === 'fable' || family === 'mythos';
  if (version < 406) {
    return { ...baseRules, thinking: 'budget', samplers: version < 401 ? 'both' : 'one' };
  }
  const isLatest = version >= 407;
  return {
    thinking: 'adaptive',
    noThinking: isUnending ? 'low_effort' : noThinkingOf(claude),
    takesXhigh: isLatest,
    hidesThinking: isLatest,
    samplers: isLatest ? 'none' : 'one',
    defaultMaxTokens: 32_000,
  };
}

const baseRules: ModelRules = {
  thinking: 'none',
  noThinking: 'disabled',
  takesXhigh: false,
  hidesThinking: false,
  samplers: 'both',
  defaultMaxTokens: 8192,
};

/** Since 5.5 the large models cannot be told not to think; Sonnet has a word of its own for as little as it can. */
function noThinkingOf({ family, version }: Claude): ModelRules['noThinking'] {
  if (version < 505) return 'disabled';
  if (family === 'opus') return 'low_effort';
  return family === 'sonnet' ? 'between_tools' : 'disabled';
}

function readClaude(modelId: string): Claude | undefined {
  const id = modelId.toLowerCase();
  // claude-3-5-sonnet, claude-2.1, claude-instant-1.2. At most two digits: what is longer is a date.
  const old = /claude-(?:instant-)?v?(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)(?:-([a-z]+))?/.exec(id);
  if (old) return { family: old[3] ?? '', version: versionOf(old[1], old[2]) };
  const named = /claude-([a-z]+)(?:-(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?)?/.exec(id);
  if (!named) return undefined;
  const family = named[1] ?? '';
  // Without a number: claude-mythos-preview, or an alias for the newest.
  const version = named[2] === undefined ? latestVersion : versionOf(named[2], named[3]);
  return { family, version };
}

const latestVersion = 505;

function versionOf(major = '0', minor = '0'): number {
  return Number(major) * 100 + Number(minor);
}
