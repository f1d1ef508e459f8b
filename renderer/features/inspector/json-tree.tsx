import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { isJsonObject } from '../../../electron/contract/json.ts';
import type { Json } from '../../../electron/contract/json.ts';
import { summarize } from './pretty-body.ts';

/** Entries of one object or list that are shown before somebody asks for more. */
const pageSize = 100;
/** Characters of a string that are shown before somebody asks for more. */
const longString = 400;
/** Values within so many others are open at first. */
const openDepth = 2;
/** For a value that is one of many, such as an event of a stream: folded, with a longer summary. */
export const aloneDepth = 10;

/** A JSON value to fold and unfold; what is folded is not built, so that big bodies cost nothing. */
export function JsonTree({ value, name, depth = 0 }: { value: Json; name?: string; depth?: number }) {
  const entries: [string, Json][] | null = Array.isArray(value)
    ? value.map((each, index) => [String(index), each])
    : isJsonObject(value)
      ? Object.entries(value)
      : null;
  if (!entries || entries.length === 0) {
    return (
      <div className="ps-5 wrap-anywhere whitespace-pre-wrap">
        <Name name={name} />
        <Scalar value={value} />
      </div>
    );
  }
  return <Branch entries={entries} value={value} name={name} depth={depth} />;
}

type BranchProps = { entries: [string, Json][]; value: Json; name: string | undefined; depth: number };

function Branch({ entries, value, name, depth }: BranchProps) {
  const { t } = useTranslation('inspector');
  const [isOpen, setOpen] = useState(depth < openDepth && entries.length <= pageSize);
  const [shown, setShown] = useState(pageSize);
  const Icon = isOpen ? ChevronDown : ChevronRight;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex min-h-[24px] max-w-full min-w-[24px] items-start gap-1 rounded-base text-start hover:bg-hover"
      >
        <Icon aria-hidden size={16} className="mt-0.5 shrink-0 text-faint" />
        <span className="min-w-0 wrap-anywhere">
          <Name name={name} />
          {isOpen ? (
            open
          ) : (
            <span className="text-faint">{summarize(value, depth === aloneDepth ? 260 : 80)}</span>
          )}
        </span>
      </button>
      {isOpen && (
        <>
          <div className="ms-2 border-s border-line ps-2">
            {entries.slice(0, shown).map(([key, each]) => (
              <JsonTree key={key} value={each} name={key} depth={depth + 1} />
            ))}
            {entries.length > shown && (
              <More onMore={() => setShown(shown + pageSize * 5)}>
                {t('body.more', { count: entries.length - shown })}
              </More>
            )}
          </div>
          <div className="ps-5">{close}</div>
        </>
      )}
    </div>
  );
}

function Name({ name }: { name: string | undefined }) {
  return name === undefined ? null : <span className="text-(--shiki-token-function)">{name}: </span>;
}

function Scalar({ value }: { value: Json }) {
  const { t } = useTranslation('inspector');
  const [isWhole, setWhole] = useState(false);
  if (typeof value !== 'string') {
    return <span className="text-(--shiki-token-constant)">{JSON.stringify(value)}</span>;
  }
  const isCut = !isWhole && value.length > longString;
  return (
    <>
      <bdi className="text-(--shiki-token-string)">
        {JSON.stringify(isCut ? value.slice(0, longString) : value).replaceAll(String.raw`\n`, '\n')}
      </bdi>
      {isCut && (
        <More onMore={() => setWhole(true)}>{t('body.rest', { count: value.length - longString })}</More>
      )}
    </>
  );
}

export function More({ onMore, children }: { onMore: () => void; children: string }) {
  return (
    <button
      type="button"
      onClick={onMore}
      className="ms-1 rounded-base px-1.5 font-sans text-small font-medium text-accent hover:bg-hover"
    >
      {children}
    </button>
  );
}
