import { ChartColumn, MessagesSquare, Plug, Settings, Share2 } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';

type Entry = { name: string; href: string; icon: LucideIcon };

const pages: Entry[] = [
  { name: 'Providers', href: '/providers', icon: Plug },
  { name: 'Gateway', href: '/gateway', icon: Share2 },
  { name: 'Usage', href: '/usage', icon: ChartColumn },
  { name: 'Settings', href: '/settings', icon: Settings },
];

/** The way between pages: a slim rail beside the page, a bar below it on a phone. */
export function Navigation() {
  const [location] = useLocation();
  const chatHref = useLastChat(location);
  const entries: Entry[] = [{ name: 'Chat', href: chatHref, icon: MessagesSquare }, ...pages];
  return (
    <nav
      aria-label="Main"
      className="order-last flex shrink-0 justify-around border-t border-line bg-sunken px-1 py-1 sm:order-first sm:w-rail sm:flex-col sm:justify-start sm:gap-1 sm:border-e sm:border-t-0 sm:py-2"
    >
      {entries.map(({ name, href, icon: Icon }) => (
        <Link
          key={name}
          href={href}
          aria-current={isCurrent(name, href, location) ? 'page' : undefined}
          className="flex flex-1 flex-col items-center gap-0.5 rounded-base px-1 py-1.5 text-[0.6875rem] text-soft transition-colors hover:bg-hover hover:text-ink aria-[current]:text-accent aria-[current]:font-semibold sm:flex-none sm:py-2 sm:aria-[current]:bg-active sm:last:mt-auto"
        >
          <Icon aria-hidden size={19} strokeWidth={1.75} />
          {name}
        </Link>
      ))}
    </nav>
  );
}

function isCurrent(name: string, href: string, location: string): boolean {
  return name === 'Chat' ? isChat(location) : location === href;
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
