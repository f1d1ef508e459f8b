import { useTranslation } from 'react-i18next';

import { fillText } from '../../../electron/contract/fill-text.ts';
import type { ReviewWarning } from '../../../electron/contract/review-warnings.ts';
import { catalogues, closestLanguage } from '../../texts/texts.ts';

/** What to read of a script before saying yes to it. */
export function ReviewWarnings({ warnings }: { warnings: readonly ReviewWarning[] }) {
  const { language } = useTranslation('providers').i18n;
  const texts = catalogues[closestLanguage([language])].providers.warnings;
  if (warnings.length === 0) return null;
  return (
    <ul className="flex list-disc flex-col gap-1 ps-5 text-warning">
      {warnings.map(({ code, values }) => (
        <li key={code + JSON.stringify(values)} className="wrap-anywhere">
          {fillText(texts[code], values)}
        </li>
      ))}
    </ul>
  );
}
