import type { Block } from '../../contract/message.ts';
import type { TransferChat } from '../../contract/transfer.ts';
import { archiveScheme } from '../../transfer/build-chat.ts';
import type { LeftOutReport } from '../../transfer/left-out-report.ts';
import type { ZipArchive } from './zip-archive.ts';

const largestFile = 20 * 1024 * 1024;

/** Puts the bytes of attached files in the place of their names in the archive. */
export async function fillFromArchive(
  chat: TransferChat,
  archive: ZipArchive,
  report: LeftOutReport,
): Promise<TransferChat> {
  for (const message of chat.messages) {
    if (!message.content.some(isArchived)) continue;
    const content: Block[] = [];
    for (const block of message.content) content.push(await fillBlock(block, archive, report));
    message.content = content;
  }
  return chat;
}

function isArchived(block: Block): boolean {
  return (
    block.type === 'attachment' && block.source.type === 'url' && block.source.url.startsWith(archiveScheme)
  );
}

async function fillBlock(block: Block, archive: ZipArchive, report: LeftOutReport): Promise<Block> {
  if (block.type !== 'attachment' || block.source.type !== 'url' || !isArchived(block)) return block;
  const name = block.source.url.slice(archiveScheme.length);
  const entry = archive.entries.find(each => each.name === name);
  if (!entry || entry.size > largestFile) {
    report.note('file that is larger than 20 MB', name);
    return { type: 'text', text: `*[file: ${block.name ?? name}]*` };
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive.read(entry, largestFile)) chunks.push(chunk);
  return { ...block, source: { type: 'base64', data: Buffer.concat(chunks).toString('base64') } };
}
