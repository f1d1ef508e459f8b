import { createCssVariablesTheme, createHighlighterCore } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';

import { grammars } from './highlight-grammars.ts';
import type { LanguageName } from './highlight-languages.ts';

/** A run of code in one colour; the colour is a CSS variable, so that themes change without highlighting again. */
export type CodeToken = { text: string; color: string | undefined; style: number };
export type HighlightRequest = { id: number; code: string; language: LanguageName };
export type HighlightResponse = { id: number; lines: CodeToken[][] | null };

const themeName = 'parley';

const highlighter = createHighlighterCore({
  themes: [createCssVariablesTheme({ name: themeName, variablePrefix: '--shiki-' })],
  langs: [],
  // Grammars that JavaScript's regular expressions cannot express lose some colours, which is better than none.
  engine: createJavaScriptRegexEngine({ forgiving: true }),
});

async function highlight(code: string, language: LanguageName): Promise<CodeToken[][]> {
  const core = await highlighter;
  if (!core.getLoadedLanguages().includes(language)) await core.loadLanguage(grammars[language]);
  const lines = core.codeToTokensBase(code, { lang: language, theme: themeName });
  return lines.map(line =>
    line.map(({ content, color, fontStyle }) => ({ text: content, color, style: fontStyle ?? 0 })),
  );
}

self.addEventListener('message', (event: MessageEvent<HighlightRequest>) => {
  const { id, code, language } = event.data;
  const answer = (lines: CodeToken[][] | null) => self.postMessage({ id, lines } satisfies HighlightResponse);
  // Code without colours is still readable: a grammar that fails is no error for the person.
  highlight(code, language).then(answer, () => answer(null));
});
