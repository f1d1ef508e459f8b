import { useContext } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { BlockContext } from './block-context.ts';

type FootnotesProps = {
  scope: string;
  notes: { number: number; text: string }[];
  render: (text: string) => ReactNode;
};

/** The notes of an answer at its end; each leads back to where it was referred to. */
export function Footnotes({ scope, notes, render }: FootnotesProps) {
  const { t } = useTranslation('rendering');
  return (
    <section data-footnotes aria-label={t('notes.label')}>
      <ol>
        {notes.map(({ number, text }) => (
          <li key={number} id={`${scope}note${number}`} value={number} tabIndex={-1}>
            {render(text)}
            <button
              type="button"
              className="note-back"
              aria-label={t('notes.back', { number })}
              onClick={() => goTo(`${scope}use${number}`)}
            >
              ↩
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** A reference to a note. It scrolls instead of following a fragment: the address names the chat, and must not change. */
export function NoteLink({ number }: { number: string }) {
  const { t } = useTranslation('rendering');
  const { scope } = useContext(BlockContext);
  return (
    <sup>
      <button
        type="button"
        id={`${scope}use${number}`}
        className="note-use"
        aria-label={t('notes.go', { number })}
        onClick={() => goTo(`${scope}note${number}`)}
      >
        {number}
      </button>
    </sup>
  );
}

function goTo(id: string): void {
  const target = document.getElementById(id);
  target?.scrollIntoView({ block: 'center' });
  target?.focus({ preventScroll: true });
}
