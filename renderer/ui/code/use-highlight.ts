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
  const [done, setDone] = useState<Highlighted | null>(null);
  const [want] = useState(() => createColouring(setDone));
  const language = findLanguage(word);

  useEffect(() => {
    if (language) want({ code, language, isGrowing });
  }, [code, language, isGrowing, want]);

  if (!done || done.language !== language || !code.startsWith(done.code)) return { lines: [], rest: code };
  return done.code === code ? { lines: done.lines, rest: '' } : settledLines(done, code);
}

/** Colours one state of the code at a time; what grew meanwhile is coloured in the next round, not once a frame. */
function createColouring(show: (done: Highlighted) => void): (wanted: Wanted) => void {
  let next: Wanted | undefined;
  let isBusy = false;
  const run = async () => {
    isBusy = true;
    while (next) {
      const { code, language, isGrowing } = next;
      next = undefined;
      const lines = await highlightCode(code, language);
      if (lines) show({ code, language, lines });
      if (isGrowing) await new Promise(resolve => setTimeout(resolve, growingPause));
    }
    isBusy = false;
  };
  return wanted => {
    next = wanted;
    if (!isBusy) void run();
  };
}

/** The last coloured line may have grown, so it is shown plain again until the next round. */
function settledLines({ code: doneCode, lines }: Highlighted, code: string) {
  const lastLineStart = doneCode.lastIndexOf('\n') + 1;
  return { lines: lines.slice(0, -1), rest: code.slice(lastLineStart) };
}
