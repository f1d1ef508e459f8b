import { Activity, Cable } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

/** The ways from the gateway's page to those that belong to it. */
export function GatewayLinks() {
  const { t } = useTranslation('gateway');
  return (
    <>
      <LinkButton href="/gateway/connect" icon={Cable}>
        {t('connect')}
      </LinkButton>
      <LinkButton href="/inspector" icon={Activity}>
        {t('inspect')}
      </LinkButton>
    </>
  );
}

function LinkButton({ href, icon: Icon, children }: { href: string; icon: LucideIcon; children: string }) {
  return (
    <Link
      href={href}
      className="inline-flex min-h-8 items-center gap-1.5 rounded-base border border-line-strong px-3 py-1 text-small font-medium transition-colors hover:bg-hover"
    >
      <Icon aria-hidden size={16} />
      {children}
    </Link>
  );
}
