import i18next from 'i18next';

import type { GrowingBlock } from '../../../electron/contract/completion.ts';
import type { AttachmentBlock, Block } from '../../../electron/contract/message.ts';
import { Markdown } from './markdown.tsx';
import { Attachment } from './rendering/attachment.tsx';
import { joinCitedText } from './rendering/join-cited-text.ts';
import { Reasoning } from './rendering/reasoning.tsx';
import { ToolCard } from './rendering/tool-card.tsx';

/** A block as the page shows it, the same whether it still grows or comes from the database. */
export type ShownBlock =
  | { type: 'text'; text: string }
  | { type: 'thinking'; text: string; durationMs?: number | undefined }
  | { type: 'tool_use'; id: string | undefined; name: string; input: string }
  | { type: 'attachment'; block: AttachmentBlock }
  | { type: 'other'; label: string };

export function shownBlocks(content: readonly Block[]): ShownBlock[] {
  const isCited = content.some(block => block.type === 'text' && block.citations !== undefined);
  return isCited ? joinCitedText(toShown(content)) : toShown(content);
}

function toShown(content: readonly Block[]): ShownBlock[] {
  const calls = new Set(content.flatMap(block => (block.type === 'tool_use' ? [block.id] : [])));
  return content.flatMap((block): ShownBlock[] => {
    switch (block.type) {
      case 'text':
        return [{ type: 'text', text: block.text }];
      case 'thinking':
        return [{ type: 'thinking', text: block.text, durationMs: block.duration_ms }];
      case 'tool_use':
        return [{ type: 'tool_use', id: block.id, name: block.name, input: JSON.stringify(block.input) }];
      case 'attachment':
        return [{ type: 'attachment', block }];
      case 'tool_result': {
        // It stands on the card of its call.
        if (calls.has(block.tool_use_id)) return [];
        const name = block.name ?? block.tool_use_id;
        return [{ type: 'other', label: i18next.t('tool.result_of', { ns: 'rendering', name }) }];
      }
    }
  });
}

export function shownGrowingBlocks(blocks: readonly GrowingBlock[]): ShownBlock[] {
  return blocks.map(({ block, text, name, id }) =>
    block === 'tool_use' ? { type: block, id, name: name ?? '', input: text } : { type: block, text },
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
      place={index}
      isGrowing={isStreaming && index === last}
      isStreaming={isStreaming}
    />
  ));
}

type ContentBlockProps = { block: ShownBlock; place: number; isGrowing: boolean; isStreaming: boolean };

function ContentBlock({ block, place, isGrowing, isStreaming }: ContentBlockProps) {
  switch (block.type) {
    case 'text':
      return <Markdown text={block.text} isStreaming={isStreaming} />;
    case 'thinking':
      return (
        <Reasoning text={block.text} isGrowing={isGrowing} place={place} durationMs={block.durationMs} />
      );
    case 'tool_use':
      return <ToolCard id={block.id} name={block.name} input={block.input} isGrowing={isGrowing} />;
    case 'attachment':
      return (
        <div className="my-3">
          <Attachment block={block.block} />
        </div>
      );
    case 'other':
      return <p className="text-small text-faint">{block.label}</p>;
  }
}
