import type { ThinkingLevel } from '@google/genai';

export type Level = Exclude<Lowercase<`${ThinkingLevel}`>, 'thinking_level_unspecified'>;

/** What a model takes and what it refuses. */
export type ModelRules = {
  /** How much to think is said by one of these; models without levels take a number of tokens. */
  levels?: readonly Level[];
  /** The numbers of tokens to think with that are taken; none are known for models of another name. */
  budgets?: { least: number; most: number };
  /** Whether it answers without any thinking when asked for 0 tokens. */
  canStopThinking: boolean;
  /** Whether a turn is refused whose first call has no signature. */
  wantsSignatures: boolean;
  /** Whether penalties other than none are refused. */
  refusesPenalties: boolean;
  /** Whether Google fetches a file by any https address (since January 2026). */
  fetchesFiles: boolean;
};

const allLevels = ['minimal', 'low', 'medium', 'high'] as const satisfies Level[];
const mostLevels = ['low', 'medium', 'high'] as const satisfies Level[];

/**
 * Rules by model id, from Google's pages on thinking and its guides for moving to Gemini 3 and 4 (November 2026). An
 * alias without a number (`gemini-flash-latest`) is one of the newest; a newer generation is taken for one like 4.
 */
export function rulesOf(modelId: string): ModelRules {
  const id = modelId.toLowerCase();
  const version = versionOf(id);
  if (/gemma-?4/.test(id)) return { ...others, levels: ['minimal', 'high'] };
  if (version === undefined) return others;
  const isNew = version >= 300;
  return {
    ...(isNew ? { levels: levelsOf(id, version) } : {}),
    ...(version < 307 && { budgets: budgetsOf(id) }),
    canStopThinking: !isNew && !isPro(id),
    wantsSignatures: isNew,
    refusesPenalties: version >= 400,
    fetchesFiles: version >= 205,
  };
}

const others: ModelRules = {
  canStopThinking: true,
  wantsSignatures: false,
  refusesPenalties: false,
  fetchesFiles: true,
};

/** 305 for `gemini-3.5-flash`; as a fraction 3.10 would stand before 3.5. */
function versionOf(id: string): number | undefined {
  const [, major, minor = '0'] = /gemini-(\d+)(?:\.(\d+))?/.exec(id) ?? [];
  if (major !== undefined) return Number(major) * 100 + Number(minor);
  return /gemini-(?:[a-z]+-)+latest/.test(id) ? 400 : undefined;
}

function isPro(id: string): boolean {
  return /gemini-(?:[\d.]+-)?pro/.test(id);
}

function levelsOf(id: string, version: number): readonly Level[] {
  // The first of its generation.
  if (isPro(id)) return version === 300 ? ['low', 'high'] : mostLevels;
  const takesMinimal = version < 400 && (version < 307 || id.includes('flash-lite'));
  return takesMinimal ? allLevels : mostLevels;
}

/** For Gemini 2.5; those of the third generation that still take numbers take the same. */
function budgetsOf(id: string): { least: number; most: number } {
  if (isPro(id)) return { least: 128, most: 32_768 };
  return { least: id.includes('flash-lite') ? 512 : 1, most: 24_576 };
}
