import { useTranslation } from 'react-i18next';

import type { ScriptCheck } from '../../../electron/contract/studio-calls.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { ReviewWarnings } from '../providers/review-warnings.tsx';

/** What the script as it stands asks for, and what of that is new. */
export function ScriptWishes({ check, isBuiltIn }: { check: ScriptCheck | null; isBuiltIn: boolean }) {
  const { t } = useTranslation('studio');
  const { t: providers } = useTranslation('providers');
  if (!check) return null;
  const { review, new_wishes: fresh } = check;
  if (!review) return <p className="text-soft">{t('wishes.broken')}</p>;
  const keys = [
    ...review.env.map(name => ({ name: `env:${name}`, label: providers('sources.env', { name }) })),
    ...review.keychain.map(name => ({
      name: `keychain:${name}`,
      label: providers('sources.keychain', { name }),
    })),
  ];
  const hosts = review.hosts.map(name => ({ name, label: name }));
  return (
    <div className="flex flex-col gap-4 text-small">
      <Facts>
        <Fact name={t('wishes.hosts')}>
          <Wishes wishes={hosts} fresh={fresh} otherwise={t('wishes.backend_host')} />
        </Fact>
        <Fact name={t('wishes.keys')}>
          <Wishes wishes={keys} fresh={fresh} otherwise={t('wishes.nothing')} />
        </Fact>
        <Fact name={t('wishes.dialect')}>{review.dialect ?? t('wishes.by_model')}</Fact>
        <Fact name={t('wishes.hooks')}>{review.hooks.join(', ') || t('wishes.nothing')}</Fact>
        {review.models.length > 0 && <Fact name={t('wishes.models')}>{review.models.join(', ')}</Fact>}
      </Facts>
      {/* They are about scripts that would come in its place. */}
      {review.warnings.length > 0 && !isBuiltIn && (
        <div>
          <h2 className="font-semibold">{t('wishes.warnings')}</h2>
          <div className="mt-1">
            <ReviewWarnings warnings={review.warnings} />
          </div>
        </div>
      )}
    </div>
  );
}

type WishesProps = {
  wishes: readonly { name: string; label: string }[];
  fresh: readonly string[];
  otherwise: string;
};

function Wishes({ wishes, fresh, otherwise }: WishesProps) {
  const { t } = useTranslation('studio');
  if (wishes.length === 0) return otherwise;
  return (
    <ul>
      {wishes.map(({ name, label }) => (
        <li key={name} className="wrap-anywhere">
          {label}
          {fresh.includes(name) && <span className="text-warning"> {t('wishes.new')}</span>}
        </li>
      ))}
    </ul>
  );
}
