import i18next from 'i18next';
import { useState } from 'react';
import type { RefObject } from 'react';

import type { Snippet } from '../../../electron/contract/chat-settings.ts';
import { fillSnippet, variablesOf, wantsClipboard } from '../presets/fill-snippet.ts';
import { replaceTrigger } from './find-trigger.ts';
import type { Trigger } from './find-trigger.ts';

type Asked = { name: string; names: string[]; text: string; trigger: Trigger };

/** Puts prompts into the message, after asking for the values they want. */
export function useSnippetInsertion(
  area: RefObject<HTMLTextAreaElement | null>,
  setText: (text: string) => void,
) {
  const [asked, setAsked] = useState<Asked | null>(null);

  const write = (text: string, caret: number) => {
    setText(text);
    // The field takes the new text with the next paint, and only then can the caret stand behind it.
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(caret, caret);
    });
  };
  const put = (trigger: Trigger, words: string) => {
    const { text, caret } = replaceTrigger(area.current?.value ?? '', trigger, words);
    write(text, caret);
  };
  return {
    asked,
    write,
    insert: (snippet: Snippet, trigger: Trigger) => {
      void builtInValues(snippet.text).then(values => {
        const text = fillSnippet(snippet.text, values);
        // Asked of the snippet: what was copied may hold braces of its own.
        const names = variablesOf(snippet.text);
        if (names.length === 0) put(trigger, text);
        else setAsked({ name: snippet.name, names, text, trigger });
      });
    },
    fill: (values: Record<string, string>) => {
      if (asked) put(asked.trigger, fillSnippet(asked.text, values));
      setAsked(null);
    },
    cancel: () => setAsked(null),
  };
}

async function builtInValues(text: string): Promise<Record<string, string>> {
  const date = new Intl.DateTimeFormat(i18next.language, { dateStyle: 'long' }).format(new Date());
  if (!wantsClipboard(text)) return { date };
  try {
    return { date, clipboard: await navigator.clipboard.readText() };
  } catch {
    return { date }; // refused: the place stays marked in the text
  }
}
