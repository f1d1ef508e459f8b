import { ExternalLink, ImageDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { errorLine } from '../../../ui/error-words.ts';

import { useRemoteImage } from './use-remote-image.ts';

const look = 'my-3 block max-h-[32rem] max-w-full rounded-base';

/** An image inside the answer shows; one elsewhere tells a stranger that the answer was read, so it waits for a click. */
export function AnswerImage({ src, alt }: { src: string; alt: string }) {
  const { t } = useTranslation('rendering');
  if (src.startsWith('data:')) return <img src={src} alt={alt} className={look} />;
  if (src === '') return <span className="text-faint">{alt || t('image.unnamed')}</span>;
  return <RemoteImage url={src} alt={alt} />;
}

function RemoteImage({ url, alt }: { url: string; alt: string }) {
  const { t } = useTranslation('rendering');
  const { source, error, isPending, load } = useRemoteImage(url);
  const host = new URL(url).host;
  if (source !== undefined) return <img src={source} alt={alt} className={look} />;
  return (
    <span className="remote-image">
      <button type="button" onClick={load} disabled={isPending} title={url}>
        <ImageDown aria-hidden size={18} className="shrink-0 text-faint" />
        <span className="min-w-0">
          <span className="block text-ink">{alt || t('image.unnamed')}</span>
          <span className="block text-faint">
            {isPending ? t('image.loading', { host }) : t('image.load', { host })}
          </span>
        </span>
      </button>
      <a href={url} target="_blank" rel="noreferrer" aria-label={t('image.open')} title={t('image.open')}>
        <ExternalLink aria-hidden size={16} />
      </a>
      {error && (
        <span role="alert" className="remote-image-error">
          {errorLine(error)}
        </span>
      )}
    </span>
  );
}
