import { ChevronsDownUp, ChevronsUpDown, WrapText } from 'lucide-react';
import { Fragment, memo } from 'react';
import { useTranslation } from 'react-i18next';

import { IconButton } from '../button.tsx';
import { classNames } from '../class-names.ts';
import { CopyButton } from '../copy-button.tsx';
import { useKeptState } from '../kept-state.ts';
import { CodeFrame } from './code-frame.tsx';
import type { CodeToken } from './highlight.worker.ts';
import { useHighlight } from './use-highlight.ts';

type CodeBlockProps = {
  code: string;
  language: string;
  /** What it is, where the name of its language would not say it. */
  title?: string;
  isGrowing?: boolean;
};

/** Lines from which code can be folded. */
const longCode = 25;

/** Code as a quiet sheet: language, fold, wrap and copy above; it scrolls sideways unless wrapped. */
export function CodeBlock({ code, language, title, isGrowing = false }: CodeBlockProps) {
  const { t } = useTranslation('rendering');
  const place = code.slice(0, 80);
  const [isWrapped, setWrapped] = useKeptState(`wrap ${place}`, false);
  const [isFolded, setFolded] = useKeptState(`fold ${place}`, false);
  const lineCount = countLines(code);
  const isLong = lineCount > longCode;
  return (
    <CodeFrame
      name={title ?? (language || t('code.text'))}
      tools={
        <>
          {isLong && (
            <IconButton
              label={isFolded ? t('code.unfold') : t('code.fold')}
              onClick={() => setFolded(!isFolded)}
            >
              {isFolded ? <ChevronsUpDown aria-hidden size={16} /> : <ChevronsDownUp aria-hidden size={16} />}
            </IconButton>
          )}
          <IconButton
            label={t('code.wrap')}
            aria-pressed={isWrapped}
            className={classNames(isWrapped && 'text-accent')}
            onClick={() => setWrapped(!isWrapped)}
          >
            <WrapText aria-hidden size={16} />
          </IconButton>
          <CopyButton text={code} label={t('code.copy')} />
        </>
      }
    >
      <pre
        // Long lines scroll, which has to be possible with the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className={classNames(
          'm-0! overflow-x-auto px-4 pt-1 pb-3.5 font-mono leading-relaxed',
          isWrapped ? 'wrap-anywhere whitespace-pre-wrap' : 'whitespace-pre',
          isLong && isFolded && 'code-folded',
        )}
      >
        <ColouredCode code={code} language={language} isGrowing={isGrowing} />
      </pre>
      {isLong && isFolded && (
        <button type="button" className="code-unfold" onClick={() => setFolded(false)}>
          {t('code.show_all', { count: lineCount })}
        </button>
      )}
    </CodeFrame>
  );
}

function ColouredCode({ code, language, isGrowing }: Required<Omit<CodeBlockProps, 'title'>>) {
  const { lines, rest } = useHighlight(code, language, isGrowing);
  return (
    <code>
      {lines.map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line's number is its identity
        <CodeLine key={index} line={line} isLast={rest === '' && index === lines.length - 1} />
      ))}
      {rest}
    </code>
  );
}

type CodeLineProps = { line: CodeToken[]; isLast: boolean };

const CodeLine = memo(
  function CodeLine({ line, isLast }: CodeLineProps) {
    return (
      <>
        {line.map(({ text, color, style }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- tokens of a line have no other identity
          <Fragment key={index}>
            <span style={{ color, fontStyle: (style & 1) === 1 ? 'italic' : undefined }}>{text}</span>
          </Fragment>
        ))}
        {isLast ? '' : '\n'}
      </>
    );
  },
  (before, after) => before.isLast === after.isLast && isSameLine(before.line, after.line),
);

function isSameLine(before: CodeToken[], after: CodeToken[]): boolean {
  return (
    before.length === after.length &&
    before.every(({ text, color, style }, index) => {
      const other = after[index];
      return other?.text === text && other.color === color && other.style === style;
    })
  );
}

function countLines(code: string): number {
  let count = 1;
  for (let at = code.indexOf('\n'); at !== -1; at = code.indexOf('\n', at + 1)) count += 1;
  return count;
}
