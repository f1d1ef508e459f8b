import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import type { StudioScript } from '../../../electron/contract/studio-calls.ts';
import { useDropDraft, useKeptDraft } from './use-studio.ts';

/** The version of the file the text was made from. */
type Base = { source: string; sha256: string };

export type Editing = {
  text: string;
  isDirty: boolean;
  base: Base;
  /** Whether somebody else changed the file since. */
  isConflict: boolean;
  /** When the draft was kept that the text began with; null where it is the file's. */
  restored: string | null;
  write: (text: string) => void;
  /** Takes the file's version. */
  load: () => void;
  /** Goes on with the own version, over the file's. */
  keepMine: () => void;
  /** The text is in the file now. */
  saved: (script: StudioScript) => void;
};

/** A text that is being written over a file which may change meanwhile; what is not saved is kept as a draft. */
export function useEditing(script: StudioScript): Editing {
  const { t } = useTranslation('studio');
  const [start] = useState(() => startOf(script));
  const [text, setText] = useState(start.text);
  const [base, setBase] = useState(start.base);
  const [restored, setRestored] = useState(start.restored);
  const { mutate: dropDraft } = useDropDraft();
  /** The version one's own save has replaced: it may still be what is known of the file for a moment. */
  const [replaced, setReplaced] = useState<string | null>(null);
  const [followed, setFollowed] = useState(0);
  const { type, source, sha256 } = script;
  const isDirty = text !== base.source;
  const isBehind = sha256 !== base.sha256 && sha256 !== replaced;
  useKeptDraft(isDirty ? { type, source: text, base_sha256: base.sha256 } : null);

  // Nothing of one's own is lost by following the file.
  if (isBehind && !isDirty) {
    setBase({ source, sha256 });
    setText(source);
    setFollowed(followed + 1);
  }
  if (replaced !== null && sha256 === base.sha256) setReplaced(null);
  useEffect(() => {
    if (followed > 0) toast(t('reloaded', { type }), { id: `reloaded-${type}` });
  }, [followed, type, t]);

  return {
    text,
    isDirty,
    base,
    isConflict: isBehind && isDirty,
    restored: isDirty ? restored : null,
    write(next) {
      setText(next);
      // Typed back to what the file has: there is nothing left to keep.
      if (next === base.source) dropDraft(type);
    },
    load() {
      setBase({ source, sha256 });
      setText(source);
      setRestored(null);
      dropDraft(type);
    },
    keepMine: () => setBase({ source, sha256 }),
    saved(next) {
      setReplaced(base.sha256);
      setBase({ source: next.source, sha256: next.sha256 });
      setRestored(null);
    },
  };
}

function startOf({ source, sha256, draft, origin }: StudioScript) {
  const file = { source, sha256 };
  if (draft === null || origin === 'built-in' || draft.source === source)
    return { text: source, base: file, restored: null };
  // Of an earlier version of the file only its hash is known, and that the draft differs from it.
  const base = draft.base_sha256 === sha256 ? file : { source: '', sha256: draft.base_sha256 };
  // Of one that was never saved there is nothing to go back to.
  return { text: draft.source, base, restored: source === '' ? null : draft.saved_at };
}
