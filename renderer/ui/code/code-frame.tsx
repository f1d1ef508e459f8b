import type { ReactNode } from 'react';

/** A quiet sheet with a name and tools above; the tools stay in reach while a long one is read. */
export function CodeFrame({
  name,
  tools,
  children,
}: {
  name: string;
  tools: ReactNode;
  children: ReactNode;
}) {
  return (
    <figure className="code-frame" dir="ltr">
      <figcaption>
        <span className="min-w-0 truncate font-mono">{name}</span>
        <span className="flex shrink-0 items-center">{tools}</span>
      </figcaption>
      {children}
    </figure>
  );
}
