import { WrapText } from 'lucide-react';
import { Fragment, memo, useState } from 'react';

import { IconButton } from '../button.tsx';
import { classNames } from '../class-names.ts';
import { CopyButton } from '../copy-button.tsx';
import type { CodeToken } from './highlight.worker.ts';
import { useHighlight } from './use-highlight.ts';

type CodeBlockProps = { code: string; language: string; isGrowing?: boolean };

/** Code as a quiet sheet: language, copy and wrap above; it scrolls sideways unless wrapped. */
export function CodeBlock({ code, language, isGrowing = false }: CodeBlockProps) {
  const { lines, rest } = useHighlight(code, language, isGrowing);
  const [isWrapped, setWrapped] = useState(false);
  return (
    <figure className="overflow-hidden rounded-base bg-sunken text-small" dir="ltr">
      <figcaption className="flex items-center justify-between ps-4 pe-1 pt-1 text-faint">
        <span className="font-mono">{language || 'text'}</span>
        <span className="flex">
          <IconButton
            label="Wrap lines"
            aria-pressed={isWrapped}
            className={classNames(isWrapped && 'text-accent')}
            onClick={() => setWrapped(!isWrapped)}
          >
            <WrapText aria-hidden size={16} />
          </IconButton>
          <CopyButton text={code} label="Copy code" />
        </span>
      </figcaption>
      <pre
        // Long lines scroll, which has to be possible with the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className={classNames(
          'm-0! overflow-x-auto px-4 pt-1 pb-3.5 font-mono leading-relaxed',
          isWrapped ? 'wrap-anywhere whitespace-pre-wrap' : 'whitespace-pre',
        )}
      >
        <code>
          {lines.map((line, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- a line's number is its identity
            <CodeLine key={index} line={line} isLast={rest === '' && index === lines.length - 1} />
          ))}
          {rest}
        </code>
      </pre>
    </figure>
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
