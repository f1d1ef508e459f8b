import { decompose, readPattern, type Pattern } from './decompose.ts';
import { elizaScript } from './eliza-script.ts';
import { readClauses } from './read-clauses.ts';
import { reassemble } from './reassemble.ts';
import type { Keyword, Rule, Script } from './script-types.ts';

export type Turn = { role: 'user' | 'assistant'; text: string };

/** Turns of the person that are replayed; older ones no longer shape an answer. */
const MAX_TURNS = 200;
/** Things kept to come back to; the oldest is given up first. */
const MAX_MEMORIES = 20;
/** Steps from keyword to keyword by `goto`, so that a script pointing in a circle still ends. */
const MAX_STEPS = 5;

type Talk = {
  /** How often each list of answers was used: its answers take turns. */
  counters: Map<string, number>;
  memories: string[];
};

type Candidate = { keyword: Keyword; clause: readonly string[] };

const { substitutions, families, reflections } = elizaScript;
const keywordsByName = new Map(elizaScript.keywords.map(keyword => [keyword.name, keyword]));
const keywordsByWord = indexByWord(elizaScript);
const patterns = new Map<string, Pattern>();

/**
 * What ELIZA answers to the last thing the person said. The same history always gets the same answer: whose turn it is
 * among the answers, and what is remembered, follows from replaying everything the person said.
 */
export function answer(history: readonly Turn[]): string {
  const talk: Talk = { counters: new Map(), memories: [] };
  let reply = elizaScript.greeting;
  for (const turn of history.filter(({ role }) => role === 'user').slice(-MAX_TURNS))
    reply = respond(turn.text, talk);
  return reply;
}

function respond(message: string, talk: Talk): string {
  const reading = readClauses(message, substitutions);
  switch (reading.type) {
    case 'silence':
    case 'wordless':
    case 'foreign':
      return takeTurn(reading.type, elizaScript[reading.type], talk);
    case 'clauses':
      return answerClauses(reading.clauses, talk);
  }
}

function answerClauses(clauses: readonly (readonly string[])[], talk: Talk): string {
  for (const candidate of rankCandidates(clauses)) {
    const reply = applyKeyword(candidate.keyword, candidate.clause, talk);
    if (reply !== undefined) return reply;
  }
  // The original came back to a memory on every fourth such turn only; a visitor of a demo rarely stays that long.
  return talk.memories.shift() ?? takeTurn('none', elizaScript.none, talk);
}

/**
 * Every keyword of every clause, the best first. Weizenbaum took the first clause that held a keyword; the best of all
 * keeps "Hello, I feel lost" from being answered with a greeting.
 */
function rankCandidates(clauses: readonly (readonly string[])[]): Candidate[] {
  const candidates = clauses.flatMap(clause => {
    const keywords = new Set(clause.flatMap(word => keywordsByWord.get(word.toLowerCase()) ?? []));
    return [...keywords].map(keyword => ({ keyword, clause }));
  });
  return candidates.sort((one, other) => other.keyword.rank - one.keyword.rank);
}

function applyKeyword(keyword: Keyword, clause: readonly string[], talk: Talk): string | undefined {
  let current = keyword;
  for (let step = 0; step < MAX_STEPS; step++) {
    const match = findRule(current, clause);
    if (match === undefined) return undefined;
    const name = `${current.name} ${match.rule.pattern}`;
    const chosen = takeTurn(name, match.rule.answers, talk);
    if (typeof chosen === 'string') {
      remember(match.rule, name, match.parts, talk);
      return reassemble(chosen, match.parts, reflections);
    }
    const next = chosen.type === 'goto' ? keywordsByName.get(chosen.keyword) : undefined;
    if (next === undefined) return undefined;
    current = next;
  }
  return undefined;
}

function findRule(
  keyword: Keyword,
  clause: readonly string[],
): { rule: Rule; parts: string[][] } | undefined {
  for (const rule of keyword.rules) {
    const parts = decompose(getPattern(rule.pattern), clause);
    if (parts !== undefined) return { rule, parts };
  }
  return undefined;
}

function getPattern(text: string): Pattern {
  const pattern = patterns.get(text) ?? readPattern(text, families);
  patterns.set(text, pattern);
  return pattern;
}

function remember(rule: Rule, name: string, parts: readonly (readonly string[])[], talk: Talk): void {
  if (rule.memories === undefined) return;
  const memory = takeTurn(`${name} memories`, rule.memories, talk);
  talk.memories = [...talk.memories, reassemble(memory, parts, reflections)].slice(-MAX_MEMORIES);
}

function takeTurn<T>(name: string, choices: readonly T[], talk: Talk): T {
  const count = talk.counters.get(name) ?? 0;
  talk.counters.set(name, count + 1);
  const choice = choices[count % choices.length];
  if (choice === undefined) throw new Error(`The script has no answers for ${name}.`);
  return choice;
}

function indexByWord(script: Script): ReadonlyMap<string, readonly Keyword[]> {
  const index = new Map<string, Keyword[]>();
  for (const keyword of script.keywords) {
    const words = keyword.words
      .replaceAll(/@(\w+)/g, (_, family: string) => families[family] ?? '')
      .split(' ');
    for (const word of words) index.set(word, [...(index.get(word) ?? []), keyword]);
  }
  return index;
}
