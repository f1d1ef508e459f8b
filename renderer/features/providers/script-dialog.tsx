import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useLocation } from 'wouter';

import type { ScriptDetails } from '../../../electron/contract/provider-calls.ts';
import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/code/code-block.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { reportError } from '../../ui/report-error.ts';
import { tellEnd } from '../../ui/tell-end.ts';
import { ReviewFacts } from './review-facts.tsx';
import { ScriptGrants } from './script-grants.tsx';
import {
  useApproveScript,
  useEnableScript,
  useRemoveScript,
  useScript,
  useScriptReview,
} from './use-providers.ts';

/** A script of the person's own: what it may use, and how to take that back. */
export function ScriptDialog({ type, onClose }: { type: string; onClose: () => void }) {
  const { t } = useTranslation('providers');
  const script = useScript(type);
  const [, navigate] = useLocation();
  const [isReviewing, setReviewing] = useState(false);
  if (isReviewing) return <ApproveDialog type={type} onClose={() => setReviewing(false)} />;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t('script.title', { type })}
      actions={
        <>
          {script.data && <ScriptActions script={script.data} onGone={onClose} />}
          <Button onClick={() => navigate(`/providers/studio/${type}`)}>{t('menu.edit')}</Button>
          <Button onClick={onClose}>{t('close')}</Button>
        </>
      }
    >
      <ErrorNote error={script.error} />
      {script.isPending && <LoadingNote />}
      {script.data && (
        <>
          <p className="font-mono text-small text-faint wrap-anywhere">{script.data.file}</p>
          {script.data.approval !== 'current' && (
            <div className="flex flex-wrap items-center gap-3 text-warning">
              <p className="max-w-prose">
                {script.data.approval === 'changed' ? t('script_changed') : t('script.never_reviewed')}
              </p>
              <Button onClick={() => setReviewing(true)}>{t('script.review')}</Button>
            </div>
          )}
          <ScriptGrants script={script.data} />
          <details>
            <summary className="mb-2 w-fit rounded-base text-small text-soft hover:text-ink">
              {t('review.source')}
            </summary>
            <CodeBlock code={script.data.source.trimEnd()} language="lua" />
          </details>
        </>
      )}
    </Dialog>
  );
}

function ScriptActions({ script, onGone }: { script: ScriptDetails; onGone: () => void }) {
  const { t } = useTranslation('providers');
  const enable = useEnableScript();
  const remove = useRemoveScript();
  const { type, backends } = script;
  const isOn = backends.some(({ enabled }) => enabled);
  const putAside = () =>
    tellEnd(remove.mutateAsync({ type }), {
      onError: reportError,
      onSuccess: ({ moved_to: file }) => {
        toast(t('script.removed', { type, file }));
        onGone();
      },
    });
  return (
    <>
      <Button variant="danger" onClick={putAside} disabled={remove.isPending}>
        {t('script.remove')}
      </Button>
      {backends.length > 0 && (
        <Button
          disabled={enable.isPending}
          onClick={() => enable.mutate({ type, enabled: !isOn }, { onError: reportError })}
        >
          {isOn
            ? t('script.disable', { count: backends.length })
            : t('script.enable', { count: backends.length })}
        </Button>
      )}
    </>
  );
}

/** A script that was changed, or put into the folder by hand, is looked at before it gets what it asks for. */
function ApproveDialog({ type, onClose }: { type: string; onClose: () => void }) {
  const { t } = useTranslation('providers');
  const found = useScriptReview(type);
  const approve = useApproveScript();
  const confirm = (sha256: string) => approve.mutate({ type, sha256 }, { onSuccess: onClose });
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t('script.approve_title', { type })}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            variant="primary"
            disabled={!found.data || approve.isPending}
            onClick={() => found.data && confirm(found.data.review.sha256)}
          >
            {t('script.approve')}
          </Button>
        </>
      }
    >
      {found.isPending && <LoadingNote label={t('review.reading')} />}
      {found.data && (
        <ReviewFacts review={{ ...found.data.review, replaces: null }} source={found.data.source} />
      )}
      <ErrorNote error={found.error ?? approve.error} />
    </Dialog>
  );
}
