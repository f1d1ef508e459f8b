import { ArrowLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

/** Back to the gateway's page. */
export function BackLink() {
  const { t } = useTranslation('connect');
  return (
    <Link
      href="/gateway"
      className="inline-flex min-h-8 items-center gap-1.5 rounded-base px-2 py-1 text-small font-medium text-soft hover:bg-hover hover:text-ink"
    >
      <ArrowLeft aria-hidden size={16} className="rtl:rotate-180" />
      {t('back')}
    </Link>
  );
}
