import { ChevronRight, Wrench } from 'lucide-react';

import type { GrowingBlock } from '../../../electron/contract/completion.ts';
import type { Block } from '../../../electron/contract/message.ts';
import { Markdown } from './markdown.tsx';

/** A block as the page shows it, the same whether it still grows or comes from the database. */
export type ShownBlock =
  | { type: 'text'; text: string }
  | { type: 'thinking'; text: string }
  | { type: 'tool_use'; name: string; input: string }
  | { type: 'image'; mediaType: string; data: string; name: string }
  | { type: 'other'; label: string };

export function shownBlocks(content: readonly Block[]): ShownBlock[] {
  return content.map(block => {
    switch (block.type) {
      case 'text':
      case 'thinking':
        return { type: block.type, text: block.text };
      case 'tool_use':
        return { type: 'tool_use', name: block.name, input: JSON.stringify(block.input, null, 2) };
      case 'attachment':
        return block.source.type === 'base64' && block.media_type.startsWith('image/')
          ? {
              type: 'image',
              mediaType: block.media_type,
              data: block.source.data,
              name: block.name ?? 'Image',
            }
          : { type: 'other', label: block.name ?? block.media_type };
      case 'tool_result':
        return { type: 'other', label: `Result of ${block.name ?? block.tool_use_id}` };
    }
  });
}

export function shownGrowingBlocks(blocks: readonly GrowingBlock[]): ShownBlock[] {
  return blocks.map(({ block, text, name }) =>
    block === 'tool_use' ? { type: block, name: name ?? '', input: text } : { type: block, text },
  );
}

/** The blocks of an answer in order. While it streams only the last one can grow. */
export function AnswerContent({ blocks, isStreaming }: { blocks: ShownBlock[]; isStreaming: boolean }) {
  const last = blocks.length - 1;
  return blocks.map((block, index) => (
    <ContentBlock
      // Blocks are only ever appended, so their position is their identity.
      // oxlint-disable-next-line react/no-array-index-key
      key={index}
      block={block}
      isGrowing={isStreaming && index === last}
      isStreaming={isStreaming}
    />
  ));
}

type ContentBlockProps = { block: ShownBlock; isGrowing: boolean; isStreaming: boolean };

function ContentBlock({ block, isGrowing, isStreaming }: ContentBlockProps) {
  switch (block.type) {
    case 'text':
      return <Markdown text={block.text} isStreaming={isStreaming} />;
    case 'thinking':
      return <Reasoning text={block.text} isGrowing={isGrowing} />;
    case 'tool_use':
      return <ToolCall name={block.name} input={block.input} />;
    case 'image':
      return (
        <img
          src={`data:${block.mediaType};base64,${block.data}`}
          alt={block.name}
          className="my-3 max-h-96 max-w-full rounded-base"
        />
      );
    case 'other':
      return <p className="text-small text-faint">{block.label}</p>;
  }
}

/** What the model thought, closed unless asked for: most readers want the answer. */
function Reasoning({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  if (text === '') return isGrowing ? <p className="mb-3 text-small text-faint">Thinking…</p> : null;
  return (
    <details className="group mb-4 text-small text-soft">
      <summary className="inline-flex list-none items-center gap-1 rounded-base py-1 pe-2 hover:text-ink">
        <ChevronRight aria-hidden size={14} className="transition-transform group-open:rotate-90" />
        {isGrowing ? <span className="waiting-dot">Thinking…</span> : 'Reasoning'}
      </summary>
      <div className="mt-1 max-h-96 overflow-y-auto border-s border-line ps-4 wrap-anywhere whitespace-pre-wrap">
        {text}
      </div>
    </details>
  );
}

function ToolCall({ name, input }: { name: string; input: string }) {
  return (
    <details className="group my-3 text-small">
      <summary className="inline-flex list-none items-center gap-2 rounded-base bg-sunken px-3 py-1.5 hover:bg-hover">
        <Wrench aria-hidden size={14} className="text-faint" />
        <span>
          Asks for <code className="font-mono">{name}</code>
        </span>
        <ChevronRight
          aria-hidden
          size={14}
          className="text-faint transition-transform group-open:rotate-90"
        />
      </summary>
      <pre className="mt-2 overflow-x-auto rounded-base bg-sunken px-4 py-3 font-mono">{input || '…'}</pre>
    </details>
  );
}
