import { useState } from 'react';

import type { Snippet } from '../../../electron/contract/chat-settings.ts';
import type { Model } from '../../../electron/contract/models.ts';
import { useModelChoice } from '../model-picker/model-choice.ts';
import { matchScore, rankModels } from '../model-picker/rank-models.ts';
import { recentFirst, useMarkedModels } from '../model-picker/marked-models.ts';
import { useModels } from '../model-picker/use-models.ts';
import { useSnippets } from '../presets/use-presets.ts';
import { findTrigger } from './find-trigger.ts';
import type { Trigger } from './find-trigger.ts';

export type Suggestion =
  | { type: 'model'; id: string; label: string; detail: string }
  | { type: 'snippet'; id: string; label: string; detail: string; snippet: Snippet }
  | { type: 'new-snippet'; id: string };

/** More would have to be scrolled; typing on is faster. */
const maxShown = 8;

/** What the sign at the caret offers: `/` prompts, `@` models. */
export function useSuggestions(text: string, draftKey: string) {
  const [caret, setCaret] = useState<number | null>(null);
  const [dismissed, setDismissed] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  const { data: list } = useModels();
  const { data: snippets = [] } = useSnippets();
  const marked = useMarkedModels();
  const choose = useModelChoice(choice => choice.choose);

  const found = caret === null ? null : findTrigger(text, caret);
  const trigger = found?.start === dismissed ? null : found;
  const items = trigger ? itemsFor(trigger, recentFirst(list?.models ?? [], marked), snippets) : [];
  const isOpen = items.length > 0;
  return {
    trigger: isOpen ? trigger : null,
    items,
    active: Math.min(active, items.length - 1),
    /** The text or the caret changed. */
    follow: (area: HTMLTextAreaElement) => {
      const next = area.selectionStart === area.selectionEnd ? area.selectionStart : null;
      if (next === caret) return;
      setCaret(next);
      setActive(0);
      const at = next === null ? null : findTrigger(area.value, next);
      if (dismissed !== null && at?.start !== dismissed) setDismissed(null);
    },
    move: (by: number) => setActive((Math.min(active, items.length - 1) + by + items.length) % items.length),
    dismiss: () => setDismissed(trigger?.start ?? null),
    close: () => setCaret(null),
    chooseModel: (id: string) => {
      marked.use(id);
      choose(draftKey, id);
    },
  };
}

function itemsFor(trigger: Trigger, models: readonly Model[], snippets: readonly Snippet[]): Suggestion[] {
  if (trigger.sign === '@') {
    return rankModels(models, trigger.query)
      .slice(0, maxShown)
      .map(({ id, name, backend }) => ({ type: 'model', id, label: name, detail: backend }));
  }
  const matching = snippets.filter(({ name }) => matchScore(name, trigger.query) !== null);
  const items = matching.slice(0, maxShown).map((snippet): Suggestion => ({
    type: 'snippet',
    id: snippet.id,
    label: snippet.name,
    detail: snippet.text.slice(0, 80),
    snippet,
  }));
  if (snippets.length === 0 && trigger.query === '') items.push({ type: 'new-snippet', id: 'new' });
  return items;
}
