import { useTranslation } from 'react-i18next';

import { sendKeys, useSendKey } from './use-send-key.ts';

/** Setting: which key sends a message. */
export function SendKeyChoice() {
  const { t } = useTranslation('composer');
  const { sendKey, choose } = useSendKey();
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="sr-only">{t('send_key.label')}</legend>
      {sendKeys.map(key => (
        <label key={key} className="flex min-h-8 cursor-pointer items-center gap-2">
          <input
            type="radio"
            name="send-key"
            value={key}
            checked={sendKey === key}
            onChange={() => choose(key)}
            className="size-4 accent-accent"
          />
          {t(`send_key.${key}`)}
        </label>
      ))}
    </fieldset>
  );
}
