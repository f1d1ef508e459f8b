import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';

export const usageTabs = ['overview', 'budgets', 'prices'] as const;
export type UsageTab = (typeof usageTabs)[number];

export function UsageTabs({ current }: { current: UsageTab }) {
  const { t } = useTranslation('usage');
  const [, navigate] = useLocation();
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = usageTabs.at((usageTabs.indexOf(current) + step) % usageTabs.length) ?? 'overview';
    event.preventDefault();
    navigate(addressOf(next));
    document.getElementById(tabId(next))?.focus();
  };
  return (
    <div
      role="tablist"
      tabIndex={-1}
      aria-label={t('tab.label')}
      className="mb-6 flex gap-1 border-b border-line"
      onKeyDown={onKeyDown}
    >
      {usageTabs.map(tab => (
        <Link
          key={tab}
          id={tabId(tab)}
          role="tab"
          href={addressOf(tab)}
          tabIndex={tab === current ? 0 : -1}
          aria-selected={tab === current}
          aria-controls={panelId}
          className="-mb-px border-b-2 border-transparent px-3 py-2 text-small text-soft hover:text-ink aria-selected:border-accent aria-selected:font-medium aria-selected:text-ink"
        >
          {t(`tab.${tab}`)}
        </Link>
      ))}
    </div>
  );
}

const panelId = 'usage-panel';

/** What the element that holds a tab's content is to assistive technology. */
export function panelOf(tab: UsageTab) {
  return { id: panelId, role: 'tabpanel', 'aria-labelledby': tabId(tab) } as const;
}

function addressOf(tab: UsageTab): string {
  return tab === 'overview' ? '/usage' : `/usage/${tab}`;
}

function tabId(tab: UsageTab): string {
  return `usage-tab-${tab}`;
}
