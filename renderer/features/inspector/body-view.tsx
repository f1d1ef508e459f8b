import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ShownBody } from '../../../electron/contract/inspector.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { CodeFrame } from '../../ui/code/code-frame.tsx';
import { formatBytes } from '../../ui/format.ts';
import { aloneDepth, JsonTree, More } from './json-tree.tsx';
import { readPretty } from './pretty-body.ts';
import type { BodyEvent, PrettyBody } from './pretty-body.ts';

/** Events of a stream that are shown before somebody asks for more. */
const firstEvents = 40;
/** Characters of plain text that are shown before somebody asks for more. */
const longText = 20_000;

/** A body as a tree of JSON, as the events of a stream, or as the text it is. */
export function BodyView({ body, name }: { body: ShownBody; name: string }) {
  const { t } = useTranslation('inspector');
  const [isRaw, setRaw] = useState(false);
  const pretty = useMemo(() => readPretty(body.text), [body.text]);
  const isCut = !body.is_whole;
  if (body.text === '') {
    return (
      <p className="text-small text-faint">
        {isCut ? t('body.left_out', { size: formatBytes(body.size) }) : t('body.empty')}
      </p>
    );
  }
  return (
    <CodeFrame
      name={`${name} · ${formatBytes(body.size)}${isCut ? ` · ${t('body.cut')}` : ''}`}
      tools={
        <>
          {pretty.type !== 'text' && (
            <button
              type="button"
              aria-pressed={isRaw}
              onClick={() => setRaw(!isRaw)}
              className="min-h-8 rounded-base px-2 text-small text-soft hover:bg-hover aria-pressed:text-accent"
            >
              {t('body.raw')}
            </button>
          )}
          <CopyButton text={body.text} label={t('body.copy', { name })} />
        </>
      }
    >
      <div
        role="region"
        aria-label={name}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls with the keyboard
        tabIndex={0}
        className="max-h-112 overflow-auto px-3 pt-1 pb-3 font-mono text-small leading-relaxed"
      >
        <Content pretty={isRaw ? { type: 'text' } : pretty} text={body.text} />
      </div>
    </CodeFrame>
  );
}

function Content({ pretty, text }: { pretty: PrettyBody; text: string }) {
  switch (pretty.type) {
    case 'json':
      return <JsonTree value={pretty.value} />;
    case 'events':
      return <Events events={pretty.events} />;
    case 'text':
      return <PlainText text={text} />;
  }
}

function Events({ events }: { events: BodyEvent[] }) {
  const { t } = useTranslation('inspector');
  const [shown, setShown] = useState(firstEvents);
  return (
    <>
      {events.slice(0, shown).map(({ name, text, value }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- an event's number is its identity
        <div key={index} className="flex gap-2">
          <span className="w-8 shrink-0 text-end text-faint tabular-nums select-none">{index + 1}</span>
          <div className="min-w-0 flex-1">
            {name !== '' && <span className="ps-5 text-soft">{name}</span>}
            {value === undefined ? (
              <div className="ps-5 wrap-anywhere">{text}</div>
            ) : (
              <JsonTree value={value} depth={aloneDepth} />
            )}
          </div>
        </div>
      ))}
      {events.length > shown && (
        <More onMore={() => setShown(shown + 500)}>
          {t('body.more_events', { count: events.length - shown })}
        </More>
      )}
    </>
  );
}

function PlainText({ text }: { text: string }) {
  const { t } = useTranslation('inspector');
  const [isWhole, setWhole] = useState(false);
  const isCut = !isWhole && text.length > longText;
  return (
    <>
      <div className="wrap-anywhere whitespace-pre-wrap">{isCut ? text.slice(0, longText) : text}</div>
      {isCut && (
        <More onMore={() => setWhole(true)}>{t('body.rest', { count: text.length - longText })}</More>
      )}
    </>
  );
}
