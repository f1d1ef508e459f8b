import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import { Fact, Facts } from '../../ui/facts.tsx';
import { EverythingSettings } from '../backup/everything-settings.tsx';
import { SnapshotSettings } from '../backup/snapshot-settings.tsx';
import { SendKeyChoice } from '../composer/send-key-choice.tsx';
import { DesktopSettings } from '../desktop/desktop-settings.tsx';
import { MoveData } from '../desktop/move-data.tsx';
import { KeySettings } from '../keys/key-settings.tsx';
import { PresetSettings, SnippetSettings } from '../presets/preset-settings.tsx';
import { TitleSettings, TransferSettings } from '../transfer/transfer-settings.tsx';
import { Appearance } from './appearance.tsx';
import { FileFacts } from './file-facts.tsx';
import { HostTest } from './host-test.tsx';
import { NetworkForm } from './network-form.tsx';
import { EraseAll, StoredPlaces } from './privacy-settings.tsx';
import type { SettingPageId } from './setting-index.ts';
import { ProblemList } from './problem-list.tsx';
import { SettingSection } from './setting-section.tsx';
import { UpdateSettings } from './update-settings.tsx';
import { useAppInfo } from './use-app-info.ts';

export const settingPageOf: Record<SettingPageId, () => React.ReactNode> = {
  general: GeneralPage,
  appearance: AppearancePage,
  chat: ChatPage,
  gateway: GatewayPage,
  network: NetworkPage,
  privacy: PrivacyPage,
  desktop: DesktopSettings,
  keyboard: KeyboardPage,
  backup: BackupPage,
  about: AboutPage,
};

function GeneralPage() {
  const { t } = useTranslation(['settings', 'transfer']);
  return (
    <>
      <SettingSection id="titles" title={t('transfer:titles.section')}>
        <TitleSettings />
      </SettingSection>
      <SettingSection id="files" title={t('files')}>
        <FileFacts />
      </SettingSection>
    </>
  );
}

function AppearancePage() {
  const { t } = useTranslation('settings');
  return (
    <SettingSection id="look" title={t('appearance')}>
      <Appearance />
    </SettingSection>
  );
}

function ChatPage() {
  const { t } = useTranslation(['presets', 'composer']);
  return (
    <>
      <SettingSection id="writing" title={t('composer:writing')}>
        <SendKeyChoice />
      </SettingSection>
      <SettingSection id="presets" title={t('presets')}>
        <PresetSettings />
      </SettingSection>
      <SettingSection id="prompts" title={t('prompts')}>
        <SnippetSettings />
      </SettingSection>
    </>
  );
}

function GatewayPage() {
  const { t } = useTranslation(['settings', 'desktop']);
  return (
    <SettingSection id="gateway" title={t('page.gateway')}>
      <p className="mb-3 max-w-prose text-soft">{t('gateway_page.lead')}</p>
      <p className="flex flex-wrap gap-x-6 gap-y-2">
        <Link href="/gateway" className="text-accent underline underline-offset-2">
          {t('gateway_page.open')}
        </Link>
        <Link href="/settings/desktop/login" className="text-accent underline underline-offset-2">
          {t('desktop:start_at_login')}
        </Link>
      </p>
    </SettingSection>
  );
}

function NetworkPage() {
  const { t } = useTranslation('settings');
  return (
    <>
      <SettingSection id="proxy" title={t('network.title')}>
        <NetworkForm />
      </SettingSection>
      <SettingSection id="test" title={t('network.test_title')}>
        <HostTest />
      </SettingSection>
    </>
  );
}

function PrivacyPage() {
  const { t } = useTranslation('settings');
  return (
    <>
      <SettingSection id="stored" title={t('privacy.stored')}>
        <StoredPlaces />
      </SettingSection>
      <SettingSection id="erase" title={t('privacy.erase_title')}>
        <EraseAll />
      </SettingSection>
    </>
  );
}

function KeyboardPage() {
  const { t } = useTranslation('keys');
  return (
    <SettingSection id="keys" title={t('settings.title')}>
      <KeySettings />
    </SettingSection>
  );
}

function BackupPage() {
  const { t } = useTranslation(['backup', 'transfer', 'desktop']);
  return (
    <>
      <SettingSection id="snapshots" title={t('snapshots')}>
        <SnapshotSettings />
      </SettingSection>
      <SettingSection id="everything" title={t('all_title')}>
        <EverythingSettings />
      </SettingSection>
      <SettingSection id="move" title={t('desktop:section.move')}>
        <MoveData />
      </SettingSection>
      <SettingSection id="chats" title={t('transfer:section')}>
        <TransferSettings />
      </SettingSection>
    </>
  );
}

function AboutPage() {
  const { t } = useTranslation('about');
  return (
    <>
      <AboutSection />
      <SettingSection id="updates" title={t('update.title')}>
        <UpdateSettings />
      </SettingSection>
      <SettingSection id="problems" title={t('problems.title')}>
        <ProblemList />
      </SettingSection>
    </>
  );
}

function AboutSection() {
  const { t } = useTranslation('settings');
  const { data } = useAppInfo();
  return (
    <SettingSection id="about" title={t('about.parley')}>
      <Facts>
        {data && (
          <Fact name={t('file.version')}>
            {t('file.version_on', { version: data.version, platform: data.platform })}
          </Fact>
        )}
        <Fact name={t('file.data')}>
          <code dir="ltr" className="font-mono text-small wrap-anywhere">
            {data?.data_dir}
          </code>
        </Fact>
        <Fact name={t('about.licence')}>{t('about.licence_is')}</Fact>
        <Fact name={t('about.parts')}>{t('about.parts_text')}</Fact>
      </Facts>
    </SettingSection>
  );
}
