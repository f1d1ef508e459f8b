import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { useParams } from 'wouter';

import { Section } from '../../ui/page.tsx';

/** A part of a settings page; an address that ends with its id leads to it. */
export function SettingSection({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  const { section } = useParams<{ section?: string }>();
  useEffect(() => {
    if (section !== id) return;
    ref.current?.scrollIntoView({ block: 'start' });
    ref.current?.focus({ preventScroll: true });
  }, [section, id]);
  return (
    <div ref={ref} tabIndex={-1} data-setting={id} className="outline-none">
      <Section title={title}>{children}</Section>
    </div>
  );
}
