import { useTranslation } from 'react-i18next';

import type { ShownBody, ShownHeaders } from '../../../electron/contract/inspector.ts';
import { BodyView } from './body-view.tsx';

type MessageViewProps = {
  /** The first line, e.g. POST /v1/messages or 200. */
  head: string;
  headers: ShownHeaders;
  body: ShownBody | null;
  /** Names it among the others, e.g. "Received". */
  name: string;
};

/** One request or answer: its first line, its headers, its body. */
export function MessageView({ head, headers, body, name }: MessageViewProps) {
  const { t } = useTranslation('inspector');
  return (
    <div className="flex flex-col gap-2">
      <p className="font-mono text-small wrap-anywhere">{head}</p>
      {headers.length > 0 && (
        <details>
          <summary className="w-fit rounded-base py-0.5 text-small text-soft hover:text-ink">
            {t('headers', { count: headers.length })}
          </summary>
          <dl className="mt-1 grid grid-cols-[minmax(7rem,max-content)_1fr] gap-x-4 font-mono text-small">
            {headers.map(([field, value], index) => (
              // oxlint-disable-next-line react/no-array-index-key -- a header may be there twice
              <div key={index} className="contents">
                <dt className="wrap-anywhere text-faint">{field}</dt>
                <dd className="wrap-anywhere">{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      {body && <BodyView body={body} name={t('body.of', { name })} />}
    </div>
  );
}
