import { Tabs } from '@base-ui/react/tabs';
import { ArrowLeft, Save } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { Link } from 'wouter';

import type { ScriptCheck, StudioScript } from '../../../electron/contract/studio-calls.ts';
import { Button } from '../../ui/button.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { errorLine } from '../../ui/error-words.ts';
import { tellEnd } from '../../ui/tell-end.ts';
import { CodeEditor } from './code-editor.tsx';
import { SaveReview } from './save-review.tsx';
import { ScriptConsole } from './script-console.tsx';
import { ScriptWishes } from './script-wishes.tsx';
import { Note, StudioNotes } from './studio-notes.tsx';
import { TestBench } from './test-bench.tsx';
import { useDraftNews } from './use-draft-news.ts';
import { useEditing } from './use-editing.ts';
import type { Editing } from './use-editing.ts';
import { useSaving } from './use-saving.ts';
import { useKnowScript, useOverride, useScriptCheck, useScriptLog, useStudioScript } from './use-studio.ts';

/** A provider's script, edited and tried where it is. */
export function StudioPage({ type }: { type: string }) {
  const { t } = useTranslation('studio');
  usePageTitle(t('page_title', { type }));
  const script = useStudioScript(type);
  if (script.data) {
    // Another file altogether once a built-in one was copied.
    return <Studio key={script.data.origin} script={script.data} />;
  }
  return (
    <div className="flex flex-col gap-3 px-8 pt-8">
      <BackLink />
      {script.isPending && <LoadingNote label={t('loading')} />}
      <ErrorNote error={script.error} />
    </div>
  );
}

function Studio({ script }: { script: StudioScript }) {
  const { type, origin } = script;
  const isReadOnly = origin === 'built-in';
  const editing = useEditing(script);
  const { check, error, isCurrent } = useScriptCheck(type, editing.text);
  const saving = useSaving(script, editing);
  useDraftNews(type, editing.isDirty);
  const problem = check?.problem ?? null;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Header script={script} editing={editing} isSaving={saving.isPending} onSave={saving.save} />
      {isReadOnly ? (
        <BuiltInNote type={type} />
      ) : (
        <StudioNotes type={type} editing={editing} onDisk={script.source} />
      )}
      {!saving.review && saving.error && (
        <div className="px-5 sm:px-8">
          <ErrorNote error={saving.error} />
        </div>
      )}
      <div className="flex min-h-0 flex-1 flex-col border-t border-line lg:flex-row">
        <div className="flex min-h-56 min-w-0 flex-1 flex-col">
          <div className="min-h-0 flex-1">
            <CodeEditor
              type={type}
              text={editing.text}
              isReadOnly={isReadOnly}
              problem={problem}
              onText={editing.write}
              onSave={saving.save}
            />
          </div>
          <CheckLine check={check} isCurrent={isCurrent} error={error} />
        </div>
        <Tools script={script} editing={editing} check={check} />
      </div>
      {saving.review && (
        <SaveReview
          review={saving.review}
          source={editing.text}
          isSaving={saving.isPending}
          error={saving.error}
          onConfirm={saving.confirm}
          onClose={saving.cancel}
        />
      )}
    </div>
  );
}

type HeaderProps = { script: StudioScript; editing: Editing; isSaving: boolean; onSave: () => void };

function Header({ script, editing, isSaving, onSave }: HeaderProps) {
  const { t } = useTranslation('studio');
  const { type, origin, overrides } = script;
  const fileName = `${type}.lua`;
  const isReadOnly = origin === 'built-in';
  const state = isReadOnly ? 'read_only' : isSaving ? 'saving' : editing.isDirty ? 'unsaved' : 'saved';
  return (
    <header className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-5 pt-5 pb-3 sm:px-8">
      <div className="min-w-0">
        <BackLink />
        <h1 className="font-serif text-title leading-tight font-semibold wrap-anywhere">
          {t('title')} <span className="font-mono text-body font-normal text-soft">{fileName}</span>
        </h1>
        {overrides === true && <p className="text-small text-soft">{t('overrides')}</p>}
      </div>
      <div className="flex items-center gap-3">
        <span role="status" className={editing.isDirty ? 'text-small text-warning' : 'text-small text-soft'}>
          {t(`file.${state}`)}
        </span>
        {!isReadOnly && (
          <Button variant="primary" disabled={!editing.isDirty || isSaving} onClick={onSave}>
            <Save aria-hidden size={16} />
            {t('save')}
          </Button>
        )}
      </div>
    </header>
  );
}

function BackLink() {
  const { t } = useTranslation('studio');
  return (
    <Link
      href="/providers"
      className="inline-flex w-fit items-center gap-1 rounded-base text-small text-soft hover:text-ink"
    >
      <ArrowLeft aria-hidden size={14} className="rtl:rotate-180" />
      {t('back')}
    </Link>
  );
}

function BuiltInNote({ type }: { type: string }) {
  const { t } = useTranslation('studio');
  const override = useOverride();
  const know = useKnowScript(type);
  const copy = () =>
    tellEnd(override.mutateAsync(type), {
      onSuccess: script => {
        know(script);
        toast.success(t('built_in.copied', { type }));
      },
    });
  return (
    <>
      <Note>
        <p className="max-w-prose flex-1 basis-96">{t('built_in.note')}</p>
        <Button variant="primary" disabled={override.isPending} onClick={copy}>
          {t('built_in.copy')}
        </Button>
      </Note>
      <ErrorNote error={override.error} />
    </>
  );
}

type CheckLineProps = { check: ScriptCheck | null; isCurrent: boolean; error: Error | null };

function CheckLine({ check, isCurrent, error }: CheckLineProps) {
  const { t } = useTranslation('studio');
  const problem = check?.problem;
  return (
    <div
      role="status"
      aria-label={t('check.label')}
      className="max-h-28 shrink-0 overflow-y-auto border-t border-line px-4 py-1.5 text-small"
    >
      {error && <p className="text-danger">{errorLine(error)}</p>}
      {!error && !check && <p className="text-faint">{t('check.checking')}</p>}
      {check && !problem && <p className="text-soft">{isCurrent ? t('check.none') : t('check.checking')}</p>}
      {problem && (
        <p dir="auto" className="text-danger wrap-anywhere">
          {problem.line === null
            ? problem.message
            : t('check.problem', { line: problem.line, message: problem.message })}
        </p>
      )}
    </div>
  );
}

type ToolsProps = { script: StudioScript; editing: Editing; check: ScriptCheck | null };

function Tools({ script, editing, check }: ToolsProps) {
  const { t } = useTranslation('studio');
  const log = useScriptLog(script.backends.length === 0 ? [script.type] : script.backends);
  return (
    <Tabs.Root
      defaultValue="bench"
      className="flex min-h-0 flex-1 flex-col border-t border-line lg:w-[30rem] lg:flex-none lg:border-s lg:border-t-0"
    >
      <Tabs.List aria-label={t('tabs.label')} className="flex shrink-0 gap-1 px-4 pt-2">
        <Tab value="bench">{t('tabs.bench')}</Tab>
        <Tab value="console">
          {t('tabs.console')}
          {log.lines.length > 0 && <span className="ms-1 text-faint tabular-nums">{log.lines.length}</span>}
        </Tab>
        <Tab value="wishes">{t('tabs.wishes')}</Tab>
      </Tabs.List>
      <Panel value="bench">
        <TestBench
          script={script}
          source={editing.text}
          isDirty={editing.isDirty}
          ownModels={check?.review?.models ?? []}
        />
      </Panel>
      <Panel value="console">
        <ScriptConsole lines={log.lines} onClear={log.clear} />
      </Panel>
      <Panel value="wishes">
        <ScriptWishes check={check} isBuiltIn={script.origin === 'built-in'} />
      </Panel>
    </Tabs.Root>
  );
}

function Tab({ value, children }: { value: string; children: ReactNode }) {
  return (
    <Tabs.Tab
      value={value}
      className="min-h-8 rounded-base px-3 text-small font-medium text-soft hover:bg-hover data-active:bg-active data-active:text-ink"
    >
      {children}
    </Tabs.Tab>
  );
}

/** Stays what it was while another one is looked at. */
function Panel({ value, children }: { value: string; children: ReactNode }) {
  return (
    <Tabs.Panel value={value} keepMounted className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
      {children}
    </Tabs.Panel>
  );
}
