import { ChevronRight, CircleAlert, Wrench } from 'lucide-react';
import { useContext, useId } from 'react';
import { useTranslation } from 'react-i18next';

import type { ToolResultBlock } from '../../../../electron/contract/message.ts';
import { classNames } from '../../../ui/class-names.ts';
import { CodeBlock } from '../../../ui/code/code-block.tsx';
import { useKeptState } from '../../../ui/kept-state.ts';
import { prettyJson } from './pretty-json.ts';
import { ToolResultsContext } from './tool-results.ts';

type ToolCardProps = { id: string | undefined; name: string; input: string; isGrowing: boolean };

/** One call of a tool: its name and how it went, with arguments and result on demand. */
export function ToolCard({ id, name, input, isGrowing }: ToolCardProps) {
  const { t } = useTranslation('rendering');
  const result = useContext(ToolResultsContext).get(id ?? '');
  const [chosen, setChosen] = useKeptState<boolean | null>(`tool ${id ?? name}`, null);
  const body = useId();
  const isFailed = result?.is_error === true;
  const isOpen = chosen ?? (isGrowing || isFailed);
  return (
    <section aria-label={t('tool.label', { name })} className="tool-card">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={body}
        className="flex min-h-9 w-full items-center gap-2 px-3 text-start"
        onClick={() => setChosen(!isOpen)}
      >
        {isFailed ? (
          <CircleAlert aria-hidden size={15} className="shrink-0 text-danger" />
        ) : (
          <Wrench aria-hidden size={15} className="shrink-0 text-faint" />
        )}
        <code className="min-w-0 truncate font-mono text-ink" dir="ltr">
          {name}
        </code>
        <span className={classNames('ms-auto shrink-0', isFailed ? 'text-danger' : 'text-faint')}>
          {toolState(t, isGrowing, result)}
        </span>
        <ChevronRight
          aria-hidden
          size={15}
          className={classNames(
            'shrink-0 text-faint transition-transform rtl:-scale-x-100',
            isOpen && 'rotate-90 rtl:rotate-90',
          )}
        />
      </button>
      {isOpen && (
        <div id={body}>
          <ToolPart title={t('tool.arguments')} text={prettyJson(input) || '{}'} isGrowing={isGrowing} />
          {result && <ToolPart title={t('tool.result')} text={resultText(result)} isGrowing={false} />}
        </div>
      )}
    </section>
  );
}

function toolState(
  t: ReturnType<typeof useTranslation<'rendering'>>['t'],
  isGrowing: boolean,
  result: ToolResultBlock | undefined,
): string {
  if (isGrowing) return t('tool.growing');
  if (!result) return t('tool.asked');
  return result.is_error === true ? t('tool.failed') : t('tool.done');
}

function ToolPart({ title, text, isGrowing }: { title: string; text: string; isGrowing: boolean }) {
  const isJson = /^\s*[[{]/.test(text);
  return <CodeBlock code={text} language={isJson ? 'json' : ''} title={title} isGrowing={isGrowing} />;
}

function resultText({ content }: ToolResultBlock): string {
  return content
    .map(block => (block.type === 'text' ? prettyJson(block.text) : (block.name ?? block.media_type)))
    .join('\n\n');
}
