import type { ReactNode } from 'react';

import { usePageTitle } from './page-title.ts';

type PageProps = {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  wide?: boolean;
};

/** A page that scrolls by itself: title, one sentence on what it is for, and its content. */
export function Page({ title, lead, actions, children, wide = false }: PageProps) {
  usePageTitle(title);
  return (
    <div className="h-full overflow-y-auto">
      <div className={`mx-auto px-5 pt-8 pb-16 sm:px-8 ${wide ? 'max-w-6xl' : 'max-w-3xl'}`}>
        {/* A sentence makes room for the buttons beside it; a title alone lets them go below it. */}
        <header
          className={`mb-8 flex flex-wrap items-start justify-between gap-x-6 gap-y-3 ${lead === undefined ? '' : 'md:flex-nowrap'}`}
        >
          <div>
            <h1 className="font-serif text-title leading-tight font-semibold">{title}</h1>
            {lead !== undefined && <p className="mt-1.5 max-w-prose text-soft">{lead}</p>}
          </div>
          {actions !== undefined && <div className="flex max-w-full shrink-0 flex-wrap gap-2">{actions}</div>}
        </header>
        {children}
      </div>
    </div>
  );
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mb-10">
      <h2 className="mb-3 text-body font-semibold">{title}</h2>
      {children}
    </section>
  );
}
