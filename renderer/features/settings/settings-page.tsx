import { useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useParams } from 'wouter';

import { Page } from '../../ui/page.tsx';
import { findSettings, isSettingPage, settingPages, useSettingIndex } from './setting-index.ts';
import type { SettingPageId } from './setting-index.ts';
import { settingPageOf } from './setting-pages.tsx';

/** Settings, a page a subject: #/settings/network, and #/settings/network/proxy for a part of it. */
export function SettingsPage() {
  const { t: shell } = useTranslation('shell');
  const { page = '' } = useParams<{ page?: string }>();
  const [query, setQuery] = useState('');
  const current = isSettingPage(page) ? page : 'general';
  const Content = settingPageOf[current];
  return (
    <Page title={shell('pages.settings')} wide>
      <div className="grid gap-x-10 gap-y-6 md:grid-cols-[11rem_minmax(0,1fr)]">
        <div className="flex flex-col gap-3">
          <SearchField query={query} onChange={setQuery} />
          <SettingNavigation current={current} />
        </div>
        <div id={panelId} role="tabpanel" aria-labelledby={tabId(current)} className="min-w-0 max-w-3xl">
          {query.trim() === '' ? <Content /> : <Found query={query} onOpen={() => setQuery('')} />}
        </div>
      </div>
    </Page>
  );
}

function SearchField({ query, onChange }: { query: string; onChange: (query: string) => void }) {
  const { t } = useTranslation('settings');
  return (
    <input
      type="search"
      aria-label={t('search.label')}
      placeholder={t('search.placeholder')}
      value={query}
      onChange={event => onChange(event.target.value)}
      onKeyDown={event => event.key === 'Escape' && onChange('')}
      className="min-h-9 w-full rounded-base border border-line-strong bg-paper px-2.5 py-1.5 text-small text-ink placeholder:text-faint"
    />
  );
}

/** Tabs and no second navigation: the links between Parley's pages stay the only ones of their names. */
function SettingNavigation({ current }: { current: SettingPageId }) {
  const { t } = useTranslation('settings');
  const [, navigate] = useLocation();
  const onKeyDown = (event: KeyboardEvent) => {
    const at = settingPages.indexOf(current);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const ends = { Home: 0, End: settingPages.length - 1 }[event.key];
    const next = settingPages.at(ends ?? (at + (step ?? 0)) % settingPages.length);
    if ((step === undefined && ends === undefined) || next === undefined) return;
    event.preventDefault();
    navigate(`/settings/${next}`);
    document.getElementById(tabId(next))?.focus();
  };
  return (
    <div
      role="tablist"
      tabIndex={-1}
      aria-label={t('nav')}
      aria-orientation="vertical"
      className="flex flex-wrap gap-x-1 md:flex-col md:gap-0.5"
      onKeyDown={onKeyDown}
    >
      {settingPages.map(page => (
        <Link
          key={page}
          id={tabId(page)}
          role="tab"
          href={`/settings/${page}`}
          tabIndex={page === current ? 0 : -1}
          aria-selected={page === current}
          aria-controls={panelId}
          className="rounded-base px-2.5 py-1.5 text-small text-soft hover:bg-hover hover:text-ink aria-selected:bg-active aria-selected:font-medium aria-selected:text-ink"
        >
          {t(`page.${page}`)}
        </Link>
      ))}
    </div>
  );
}

const panelId = 'setting-page';

function tabId(page: SettingPageId): string {
  return `setting-tab-${page}`;
}

function Found({ query, onOpen }: { query: string; onOpen: () => void }) {
  const { t } = useTranslation('settings');
  const found = findSettings(useSettingIndex(), query);
  return (
    <>
      <p role="status" className="mb-3 text-small text-faint">
        {found.length === 0 ? t('search.none') : t('search.found', { count: found.length })}
      </p>
      <ul aria-label={t('search.label')} className="divide-y divide-line">
        {found.map(({ page, section, label }) => (
          <li key={`${page}/${section}/${label}`}>
            <Link
              href={`/settings/${page}/${section}`}
              onClick={onOpen}
              className="flex min-h-10 flex-wrap items-baseline gap-x-3 rounded-base px-2 py-2 hover:bg-hover"
            >
              <span>{label}</span>
              <span className="text-small text-faint">{t(`page.${page}`)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
