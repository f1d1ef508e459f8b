import { useTranslation } from 'react-i18next';

import { commandIds } from '../keys/commands.ts';
import { useCommandNames } from '../keys/use-command-names.ts';

export const settingPages = [
  'general',
  'appearance',
  'chat',
  'gateway',
  'network',
  'privacy',
  'desktop',
  'keyboard',
  'backup',
  'about',
] as const;
export type SettingPageId = (typeof settingPages)[number];

export type SettingEntry = {
  page: SettingPageId;
  /** Of the page's parts, the one it is in; an address leads to it. */
  section: string;
  label: string;
};

export function isSettingPage(name: string): name is SettingPageId {
  return settingPages.some(page => page === name);
}

/** Every setting by the name it has on its page. */
export function useSettingIndex(): SettingEntry[] {
  const { t } = useTranslation(['settings', 'about', 'backup', 'transfer', 'presets', 'composer', 'desktop']);
  const commandName = useCommandNames();
  const on = (page: SettingPageId, section: string, ...labels: string[]): SettingEntry[] =>
    labels.map(label => ({ page, section, label }));
  return [
    ...on('general', 'titles', t('transfer:titles.section'), t('transfer:titles.label')),
    ...on('general', 'files', t('file.settings'), t('file.data')),
    ...on(
      'appearance',
      'look',
      t('theme.label'),
      t('density.label'),
      t('language.label'),
      t('direction.label'),
    ),
    ...on('chat', 'writing', t('composer:send_key.label')),
    ...on('chat', 'presets', t('presets:presets')),
    ...on('chat', 'prompts', t('presets:prompts')),
    ...on('gateway', 'gateway', t('page.gateway')),
    ...on(
      'network',
      'proxy',
      t('network.proxy'),
      t('network.mode'),
      t('network.user'),
      t('network.password'),
    ),
    ...on('network', 'proxy', t('network.no_proxy'), t('network.ca_file')),
    ...on('network', 'test', t('network.test_title')),
    ...on('privacy', 'stored', t('privacy.stored')),
    ...on('privacy', 'erase', t('privacy.erase_title')),
    ...on('desktop', 'tray', t('desktop:tray_icon'), t('desktop:keep_in_tray')),
    ...on('desktop', 'quick_ask', t('desktop:section.quick_ask'), t('desktop:shortcut')),
    ...on('desktop', 'notify', t('desktop:section.notify'), t('desktop:notify_answers')),
    ...on('desktop', 'login', t('desktop:start_at_login'), t('desktop:start_hidden')),
    ...commandIds.map(id => ({ page: 'keyboard' as const, section: 'keys', label: commandName(id) })),
    ...on('backup', 'snapshots', t('backup:snapshots'), t('backup:create')),
    ...on('backup', 'everything', t('backup:all_title'), t('backup:export'), t('backup:import')),
    ...on('backup', 'move', t('desktop:section.move')),
    ...on('backup', 'chats', t('transfer:section')),
    ...on('about', 'about', t('file.version'), t('about.licence')),
    ...on('about', 'updates', t('about:update.title'), t('about:update.check')),
    ...on('about', 'problems', t('about:problems.title'), t('about:problems.log_label')),
  ];
}

/** Those that hold every word, whatever its case and accents. */
export function findSettings(entries: readonly SettingEntry[], query: string): SettingEntry[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  return entries.filter(({ label }) => words.every(word => fold(label).includes(word)));
}

function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
