import { useTranslation } from 'react-i18next';

import type { DesktopState } from '../../../electron/contract/desktop-calls.ts';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { isMac } from '../keys/shortcut.ts';
import { SettingSection } from '../settings/setting-section.tsx';
import { SettingCheck } from './setting-check.tsx';
import { ShortcutChoice } from './shortcut-choice.tsx';
import { useDesktop, useDesktopEdit } from './use-desktop.ts';

/** Settings → Desktop: what Parley does beside its window. */
export function DesktopSettings() {
  const { t } = useTranslation('desktop');
  const desktop = useDesktop();
  if (desktop.data === null) return <p className="max-w-prose text-soft">{t('browser')}</p>;
  if (!desktop.data) return desktop.isPending ? <LoadingNote /> : <ErrorNote error={desktop.error} />;
  return <Choices state={desktop.data} />;
}

function Choices({ state }: { state: DesktopState }) {
  const { t } = useTranslation('desktop');
  const edit = useDesktopEdit();
  const save = edit.mutate;
  const isKept = state.keep_in_tray;
  // Told beside the key it is about.
  const isOfShortcut = edit.isError && edit.variables.quick_ask_shortcut !== undefined;
  const atLogin = state.can_start_at_login ? {} : { hint: t('start_impossible') };
  return (
    <>
      {!isOfShortcut && <ErrorNote error={edit.error} />}
      <SettingSection id="tray" title={t('section.tray')}>
        <SettingCheck
          label={t('tray_icon')}
          hint={t('tray_icon_hint')}
          // Parley would be out of reach without it.
          checked={state.tray_icon || isKept}
          disabled={isKept}
          onChange={checked => save({ tray_icon: checked })}
        />
        {/* A Mac's applications do so anyway. */}
        {!isMac && (
          <SettingCheck
            label={t('keep_in_tray')}
            hint={t('keep_in_tray_hint')}
            checked={isKept}
            onChange={checked => save({ keep_in_tray: checked })}
          />
        )}
      </SettingSection>
      <SettingSection id="quick_ask" title={t('section.quick_ask')}>
        <p className="mb-3 max-w-prose text-soft">{t('quick_ask_lead')}</p>
        <ShortcutChoice
          shortcut={state.quick_ask_shortcut}
          problem={isOfShortcut ? (edit.error?.message ?? null) : state.shortcut_problem}
          onChoose={shortcut => save({ quick_ask_shortcut: shortcut })}
        />
      </SettingSection>
      <SettingSection id="notify" title={t('section.notify')}>
        <SettingCheck
          label={t('notify_answers')}
          hint={t('notify_answers_hint')}
          checked={state.notify_answers}
          onChange={checked => save({ notify_answers: checked })}
        />
      </SettingSection>
      <SettingSection id="login" title={t('section.login')}>
        <SettingCheck
          label={t('start_at_login')}
          {...atLogin}
          checked={state.start_at_login}
          disabled={!state.can_start_at_login}
          onChange={checked => save({ start_at_login: checked })}
        />
        <SettingCheck
          label={t('start_hidden')}
          checked={state.start_hidden}
          disabled={!state.start_at_login}
          onChange={checked => save({ start_hidden: checked })}
        />
      </SettingSection>
    </>
  );
}
