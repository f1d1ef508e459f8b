import { createFileConverter } from '../../electron/transfer/convert-file.ts';
import { createLeftOutReport } from '../../electron/transfer/left-out-report.ts';
import type { ImportSource, LeftOut, TransferChat } from '../../electron/contract/transfer.ts';

/** Converts a file's text, handed over in pieces of `step` characters. */
export function convertText(
  text: string,
  options: { step?: number; findFile?: (part: string) => string | undefined } = {},
): { source: ImportSource | undefined; chats: TransferChat[]; left_out: LeftOut[] } {
  const { step = 1000, findFile = () => undefined } = options;
  const report = createLeftOutReport();
  const converter = createFileConverter(report, findFile);
  const chats: TransferChat[] = [];
  for (let at = 0; at < text.length; at += step) chats.push(...converter.push(text.slice(at, at + step)));
  chats.push(...converter.end());
  return { source: converter.source(), chats, left_out: report.list() };
}

/** A tree as lines: role, model where there is one, and text; replies below the message they answer. */
export function outline(chat: TransferChat): string[] {
  const lines: string[] = [];
  const visit = (parent: string | null, depth: number): void => {
    for (const message of chat.messages.filter(each => each.parent_id === parent)) {
      const parts = message.content.map(block => {
        if (block.type === 'text') return block.text;
        if (block.type === 'thinking') return `(${block.text})`;
        if (block.type === 'attachment') return `[${block.name} ${block.media_type}]`;
        return `<${block.type}>`;
      });
      const who = message.role === 'user' ? 'U' : `A${message.model === null ? '' : ` ${message.model}`}`;
      lines.push(`${'  '.repeat(depth)}${who}: ${parts.join(' | ')}`);
      visit(message.id, depth + 1);
    }
  };
  visit(null, 0);
  return lines;
}
