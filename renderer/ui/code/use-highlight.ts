import { useEffect, useState } from 'react';

import { findLanguage } from './highlight-languages.ts';
import type { LanguageName } from './highlight-languages.ts';
import type { CodeToken } from './highlight.worker.ts';
import { highlightCode } from './highlighter.ts';

type Wanted = { code: string; language: LanguageName; isGrowing: boolean };
type Highlighted = { code: string; language: LanguageName; lines: CodeToken[][] };

/** Pause between two colourings of code that still grows, in milliseconds. */
const growingPause = 120;

/** Lines of code in colour as far as they are known, and the rest as plain text. */
export function useHighlight(code: string, word: string, isGrowing: boolean) {
  const language = findLanguage(word);
  const [done, setDone] = useState<Highlighted | null>(() => recall(code, language));
  const [want] = useState(() => createColouring(setDone));

  useEffect(() => {
    if (language && !recall(code, language)) want({ code, language, isGrowing });
  }, [code, language, isGrowing, want]);

  if (!done || done.language !== language || !code.startsWith(done.code)) return { lines: [], rest: code };
  return done.code === code ? { lines: done.lines, rest: '' } : settledLines(done, code);
}

/**
 * Colours one state of the code at a time; what grew meanwhile is coloured in the next round, not once a frame. Code that
 * has ended does not wait for that round.
 */
export function createColouring(
  show: (done: Highlighted) => void,
  highlight: typeof highlightCode = highlightCode,
): (wanted: Wanted) => void {
  let next: Wanted | undefined;
  let isBusy = false;
  let endPause = () => {};
  const run = async () => {
    isBusy = true;
    while (next) {
      const { code, language, isGrowing } = next;
      next = undefined;
      const lines = await highlight(code, language);
      if (lines) {
        const done = { code, language, lines };
        if (!isGrowing) remember(done);
        show(done);
      }
      if (isGrowing && !hasEnded(next)) {
        await new Promise<void>(resolve => {
          endPause = resolve;
          setTimeout(resolve, growingPause);
        });
      }
    }
    isBusy = false;
  };
  return wanted => {
    next = wanted;
    if (!isBusy) void run();
    else if (!wanted.isGrowing) endPause();
  };
}

function hasEnded(wanted: Wanted | undefined): boolean {
  return wanted?.isGrowing === false;
}

/** Code coloured last: scrolled out of sight and back, it must not flash in one colour first. */
const coloured = new Map<string, Highlighted>();
const colouredLimit = 100;

function recall(code: string, language: LanguageName | undefined): Highlighted | null {
  return (language && coloured.get(`${language} ${code}`)) ?? null;
}

function remember(done: Highlighted): void {
  coloured.set(`${done.language} ${done.code}`, done);
  const [oldest] = coloured.keys();
  if (coloured.size > colouredLimit && oldest !== undefined) coloured.delete(oldest);
}

/** The last coloured line may have grown, so it is shown plain again until the next round. */
function settledLines({ code: doneCode, lines }: Highlighted, code: string) {
  const lastLineStart = doneCode.lastIndexOf('\n') + 1;
  return { lines: lines.slice(0, -1), rest: code.slice(lastLineStart) };
}
