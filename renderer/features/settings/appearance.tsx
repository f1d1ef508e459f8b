import { useTranslation } from 'react-i18next';

import { directions, useDirectionChoice } from '../../texts/direction.ts';
import { chooseLanguage, languages, useStoredLanguage } from '../../texts/texts.ts';
import type { Language } from '../../texts/texts.ts';
import { RadioChoice } from '../../ui/radio-choice.tsx';
import { densities, themes, useLook } from './look.ts';

/** Settings: colours, room, language and the direction of lines. All of them hold for this machine. */
export function Appearance() {
  const { t } = useTranslation('settings');
  const look = useLook();
  const { direction, choose } = useDirectionChoice();
  return (
    <div className="flex flex-col gap-5">
      <RadioChoice
        label={t('theme.label')}
        options={themes.map(value => ({ value, name: t(`theme.${value}`) }))}
        value={look.theme}
        onChoose={look.chooseTheme}
      />
      <RadioChoice
        label={t('density.label')}
        options={densities.map(value => ({ value, name: t(`density.${value}`) }))}
        value={look.density}
        onChoose={look.chooseDensity}
      />
      <LanguageChoice />
      <RadioChoice
        label={t('direction.label')}
        options={directions.map(value => ({ value, name: t(`direction.${value}`) }))}
        value={direction}
        onChoose={choose}
      />
    </div>
  );
}

function LanguageChoice() {
  const { t } = useTranslation('settings');
  const stored = useStoredLanguage();
  return (
    <RadioChoice<Language | 'system'>
      label={t('language.label')}
      options={[
        { value: 'system', name: t('language.system') },
        // Each in its own words, so that whoever landed in the wrong one finds the way back.
        ...languageEntries.map(([value, name]) => ({ value, name, lang: value })),
      ]}
      value={stored ?? 'system'}
      onChoose={value => chooseLanguage(value === 'system' ? null : value)}
    />
  );
}

// Object.entries widens the keys of a literal to string.
const languageEntries = Object.entries(languages) as [Language, string][];
