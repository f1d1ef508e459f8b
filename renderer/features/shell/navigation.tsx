import { ChartColumn, MessagesSquare, Plug, Settings, Share2 } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';

type Entry = {
  page: 'chat' | 'providers' | 'gateway' | 'usage' | 'settings';
  href: string;
  icon: LucideIcon;
};

const pages: Entry[] = [
  { page: 'providers', href: '/providers', icon: Plug },
  { page: 'gateway', href: '/gateway', icon: Share2 },
  { page: 'usage', href: '/usage', icon: ChartColumn },
  { page: 'settings', href: '/settings', icon: Settings },
];

/** The way between pages: a slim rail beside the page, a bar below it on a phone. */
export function Navigation({ onApproach }: { onApproach: (href: string) => void }) {
  const { t } = useTranslation('shell');
  const [location] = useLocation();
  const chatHref = useLastChat(location);
  const entries: Entry[] = [{ page: 'chat', href: chatHref, icon: MessagesSquare }, ...pages];
  return (
    <nav
      aria-label={t('pages.label')}
      className="order-last flex shrink-0 justify-around border-t border-line bg-sunken px-1 py-1 sm:order-first sm:w-rail sm:flex-col sm:justify-start sm:gap-1 sm:border-e sm:border-t-0 sm:py-2"
    >
      {entries.map(({ page, href, icon: Icon }) => (
        <Link
          key={page}
          href={href}
          onPointerEnter={() => onApproach(href)}
          onFocus={() => onApproach(href)}
          aria-current={isCurrent(page, href, location) ? 'page' : undefined}
          className="flex flex-1 flex-col items-center gap-0.5 rounded-base px-1 py-1.5 text-[0.6875rem] text-soft transition-colors hover:bg-hover hover:text-ink aria-[current]:text-accent aria-[current]:font-medium sm:flex-none sm:py-2 sm:aria-[current]:bg-active sm:last:mt-auto"
        >
          <Icon aria-hidden size={19} strokeWidth={1.75} />
          {t(`pages.${page}`)}
        </Link>
      ))}
    </nav>
  );
}

function isCurrent(page: Entry['page'], href: string, location: string): boolean {
  if (page === 'chat') return isChat(location);
  // The inspector is a page of the gateway with an address of its own.
  const hrefs = page === 'gateway' ? [href, '/inspector'] : [href];
  return hrefs.some(each => location === each || location.startsWith(`${each}/`));
}

function isChat(location: string): boolean {
  return location === '/chat' || location.startsWith('/chat/');
}

/** "Chat" leads back to the chat one came from. */
function useLastChat(location: string): string {
  const [last, setLast] = useState('/chat');
  if (isChat(location) && location !== last) setLast(location);
  return last;
}
