import { memo, useContext, useId, useMemo, useState } from 'react';
import type { Components, ExtraProps, Options } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import remend from 'remend';

import { CodeBlock } from '../../ui/code/code-block.tsx';
import { AnswerImage } from './rendering/answer-image.tsx';
import { AnswerTable } from './rendering/answer-table.tsx';
import { BlockContext } from './rendering/block-context.ts';
import { Footnotes, NoteLink } from './rendering/footnotes.tsx';
import { holdBack, isClosedFence } from './rendering/hold-back.ts';
import { keepSafeUrl } from './rendering/keep-safe-url.ts';
import { mayHoldGfm } from './rendering/may-hold-gfm.ts';
import { MermaidDiagram } from './rendering/mermaid-diagram.tsx';
import { readNotes } from './rendering/notes.ts';
import { mayHoldMath, prepareMath } from './rendering/prepare-math.ts';
import { readGrowingMarkdown, readMarkdown } from './rendering/read-markdown.ts';
import { remarkNotes } from './rendering/remark-notes.ts';
import { TaskBox } from './rendering/task-box.tsx';
import { useMath } from './rendering/use-math.ts';
import { createSplitter } from './split-blocks.ts';

/** Markdown of an answer. While it streams only its last block is read again, and those that refer to it. */
export function Markdown({ text, isStreaming }: { text: string; isStreaming: boolean }) {
  const [split] = useState(createSplitter);
  const scope = useId();
  const blocks = split(text);
  const notes = useMemo(() => readNotes(blocks), [blocks]);
  const last = blocks.length - 1;
  return (
    <div className="prose" dir="auto">
      {blocks.map((block, index) => {
        const definitions = notes.definitions[index];
        if (definitions === undefined) return null;
        return (
          <MarkdownBlock
            // Blocks are only ever appended, so their position is their identity.
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            text={block}
            definitions={definitions}
            scope={scope}
            isGrowing={isStreaming && index === last}
          />
        );
      })}
      {notes.footnotes.length > 0 && (
        <Footnotes
          scope={scope}
          notes={notes.footnotes}
          render={note => <MarkdownBlock text={note} definitions="" scope={`${scope}n`} isGrowing={false} />}
        />
      )}
    </div>
  );
}

type MarkdownBlockProps = { text: string; definitions: string; scope: string; isGrowing: boolean };

const MarkdownBlock = memo(function MarkdownBlock({
  text,
  definitions,
  scope,
  isGrowing,
}: MarkdownBlockProps) {
  const math = useMath(mayHoldMath(text));
  const source = useMemo(() => {
    const shown = isGrowing ? holdBack(text) : text;
    const prepared = math ? prepareMath(shown) : shown;
    return (isGrowing ? remend(prepared, remendOptions) : prepared) + definitions;
  }, [text, definitions, isGrowing, math]);
  const state = useMemo(
    () => ({ source, scope, isGrowing: isGrowing && !isClosedFence(text) }),
    [source, scope, isGrowing, text],
  );
  const content = useMemo(() => {
    const options = optionsFor(mayHoldGfm(source), math);
    return isGrowing
      ? readGrowingMarkdown(source, options)
      : readMarkdown(source, math ? 'math' : 'text', options);
  }, [source, isGrowing, math]);
  return (
    <div className="prose-block" dir="auto">
      <BlockContext value={state}>{content}</BlockContext>
    </div>
  );
});

function optionsFor(hasGfm: boolean, math: ReturnType<typeof useMath>): Options {
  const readers = hasGfm ? [remarkGfm, remarkNotes] : [];
  return {
    remarkPlugins: math ? [...readers, math.remarkMathPlugin] : readers,
    // A plugin with its options, which the type knows as a mutable list.
    rehypePlugins: math ? ([math.rehypeMathPlugin] as unknown as Options['rehypePlugins']) : undefined,
    components,
    urlTransform: keepSafeUrl,
  };
}

const remendOptions = { linkMode: 'text-only', images: true, katex: false } as const;

const components: Components = {
  a({ href, children, node }) {
    const note = node?.properties['dataNote'];
    if (typeof note === 'string') return <NoteLink number={note} />;
    // A fragment leads nowhere: the address of the page names the chat.
    if (href === undefined || href === '' || href.startsWith('#')) return <span>{children}</span>;
    return (
      <a href={href} target="_blank" rel="noreferrer">
        {children}
      </a>
    );
  },
  img({ src, alt }) {
    return <AnswerImage src={typeof src === 'string' ? src : ''} alt={alt ?? ''} />;
  },
  input({ checked }) {
    return <TaskBox isDone={checked === true} />;
  },
  table({ node, children }) {
    return <AnswerTable node={node}>{children}</AnswerTable>;
  },
  pre({ node }) {
    return <FencedCode node={node} />;
  },
};

function FencedCode({ node }: Pick<ExtraProps, 'node'>) {
  const { isGrowing } = useContext(BlockContext);
  const code = node?.children[0];
  if (code?.type !== 'element') return null;
  const classes = code.properties['className'];
  const language = Array.isArray(classes) ? classes.join(' ').replace('language-', '') : '';
  const text = code.children.map(child => (child.type === 'text' ? child.value : '')).join('');
  const shown = text.replace(/\n$/, '');
  if (language === 'mermaid' && !isGrowing) return <MermaidDiagram code={shown} />;
  return <CodeBlock code={shown} language={language} isGrowing={isGrowing} />;
}
