import { ImageOff } from 'lucide-react';
import { createContext, memo, useContext, useState } from 'react';
import ReactMarkdown from 'react-markdown';
import type { Components, ExtraProps } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import remend from 'remend';

import { CodeBlock } from '../../ui/code/code-block.tsx';
import { createSplitter, needsWholeText } from './split-blocks.ts';

/** Markdown of an answer. While it streams only its last block is read again. */
export function Markdown({ text, isStreaming }: { text: string; isStreaming: boolean }) {
  const [split] = useState(createSplitter);
  const isWhole = !isStreaming && needsWholeText(text);
  const blocks = isWhole ? [text] : split(text);
  const last = blocks.length - 1;
  return (
    <div className="prose" dir="auto">
      {blocks.map((block, index) => (
        // Blocks are only ever appended, so their position is their identity.
        // oxlint-disable-next-line react/no-array-index-key
        <MarkdownBlock key={index} text={block} isGrowing={isStreaming && index === last} />
      ))}
    </div>
  );
}

const MarkdownBlock = memo(function MarkdownBlock({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  return (
    <div className="prose-block">
      <GrowingContext value={isGrowing}>
        <ReactMarkdown remarkPlugins={remarkPlugins} components={components} urlTransform={keepSafeUrl}>
          {isGrowing ? remend(text, remendOptions) : text}
        </ReactMarkdown>
      </GrowingContext>
    </div>
  );
});

const remarkPlugins = [remarkGfm];
const remendOptions = { linkMode: 'text-only', images: true } as const;

const safeProtocols = new Set(['http:', 'https:', 'mailto:']);

/** Links may only lead to the web or a mail program; images that are part of the answer (data:) may show. */
function keepSafeUrl(url: string, key: string): string {
  if (url.startsWith('#')) return url;
  if (key === 'src' && /^data:image\/(png|jpeg|gif|webp);base64,/.test(url)) return url;
  try {
    return safeProtocols.has(new URL(url).protocol) ? url : '';
  } catch {
    return '';
  }
}

/** Whether the block around may still grow. Not a prop: other components for a settled block would mount it anew. */
const GrowingContext = createContext(false);

const components: Components = {
  a({ href, children, id, className }) {
    if (href === undefined || href === '') return <span>{children}</span>;
    if (href.startsWith('#'))
      return <FootnoteLink target={href} id={id} className={className} content={children} />;
    return (
      <a href={href} target="_blank" rel="noreferrer">
        {children}
      </a>
    );
  },
  img({ src, alt }) {
    return <AnswerImage src={typeof src === 'string' ? src : ''} alt={alt ?? ''} />;
  },
  table({ children }) {
    return (
      // A wide table scrolls by itself, so it needs the keyboard's focus.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      <div className="table-scroll" role="region" aria-label="Table" tabIndex={0}>
        <table>{children}</table>
      </div>
    );
  },
  pre({ node }) {
    return <FencedCode node={node} />;
  },
};

function FencedCode({ node }: Pick<ExtraProps, 'node'>) {
  const isGrowing = useContext(GrowingContext);
  const code = node?.children[0];
  if (code?.type !== 'element') return null;
  const classes = code.properties['className'];
  const language = Array.isArray(classes) ? classes.join(' ').replace('language-', '') : '';
  const text = code.children.map(child => (child.type === 'text' ? child.value : '')).join('');
  return <CodeBlock code={text.replace(/\n$/, '')} language={language} isGrowing={isGrowing} />;
}

type FootnoteLinkProps = {
  target: string;
  id: string | undefined;
  className: string | undefined;
  content: React.ReactNode;
};

/** Scrolls instead of following the fragment: the address names the chat, and a fragment would leave it. */
function FootnoteLink({ target, id, className, content }: FootnoteLinkProps) {
  return (
    <a
      href={target}
      id={id}
      className={className}
      onClick={event => {
        event.preventDefault();
        document.getElementById(decodeURIComponent(target.slice(1)))?.scrollIntoView({ block: 'center' });
      }}
    >
      {content}
    </a>
  );
}

/** Remote images tell a stranger that the answer was read, so they stay links. */
function AnswerImage({ src, alt }: { src: string; alt: string }) {
  if (src.startsWith('data:'))
    return <img src={src} alt={alt} className="my-3 max-h-96 max-w-full rounded-base" />;
  const label = alt || 'Image';
  if (src === '') return <span className="text-faint">{label}</span>;
  return (
    <span className="my-1 inline-flex max-w-full items-center gap-2 rounded-base bg-sunken px-3 py-1.5 text-small text-soft">
      <ImageOff aria-hidden size={16} className="shrink-0" />
      <span className="min-w-0">
        {label}, not loaded:{' '}
        <a href={src} target="_blank" rel="noreferrer">
          {src}
        </a>
      </span>
    </span>
  );
}
