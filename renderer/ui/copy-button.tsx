import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button, IconButton } from './button.tsx';

/** Copies a text and says so for a moment; without `showLabel` it is an icon. */
export function CopyButton({
  text,
  label,
  showLabel = false,
}: {
  text: string;
  label: string;
  showLabel?: boolean;
}) {
  const { t } = useTranslation('ui');
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [isCopied]);

  const copy = async () => setCopied(await copyText(text));
  const icon = isCopied ? <Check aria-hidden size={16} /> : <Copy aria-hidden size={16} />;
  const said = isCopied ? t('copied') : label;
  if (!showLabel) {
    return (
      <IconButton label={said} onClick={() => void copy()}>
        {icon}
      </IconButton>
    );
  }
  return (
    <Button onClick={() => void copy()}>
      {icon}
      {said}
    </Button>
  );
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
