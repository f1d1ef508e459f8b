import type { Block } from '../contract/message.ts';
import type { TransferChat, TransferMessage } from '../contract/transfer.ts';
import { fenced } from './read-json.ts';

/** The branch of a chat that is shown, for people to read. Every version of every message is in the JSON export. */
export function toMarkdown(chat: TransferChat): string {
  const siblings = new Map<string | null, string[]>();
  for (const { id, parent_id } of chat.messages)
    siblings.set(parent_id, [...(siblings.get(parent_id) ?? []), id]);
  const parts = shownBranch(chat).map(message =>
    messageToMarkdown(message, siblings.get(message.parent_id) ?? []),
  );
  const head = `# ${oneLine(chat.title) || 'Untitled chat'}\n\n*${readableTime(chat.created_at)}*`;
  return `${[head, ...parts].join('\n\n')}\n`;
}

/** A name for the chat's file that every system takes. */
export function fileNameOf(chat: Pick<TransferChat, 'title' | 'created_at'>): string {
  const safe = oneLine(chat.title.replaceAll(/[<>:"/\\|?*\p{Cc}]/gu, ' '));
  const name = Array.from(safe)
    .slice(0, 80)
    .join('')
    .replace(/[. ]+$/, '');
  return `${chat.created_at.slice(0, 10)} ${name || 'Untitled chat'}`;
}

function shownBranch({ messages, leaf_id: leafId }: TransferChat): TransferMessage[] {
  const byId = new Map(messages.map(message => [message.id, message]));
  const branch: TransferMessage[] = [];
  let at = byId.get(leafId ?? '') ?? messages.at(-1);
  while (at && branch.length <= messages.length) {
    branch.push(at);
    at = byId.get(at.parent_id ?? '');
  }
  return branch.reverse();
}

function messageToMarkdown(message: TransferMessage, siblings: readonly string[]): string {
  const who = message.role === 'user' ? 'You' : (message.model ?? 'Assistant');
  const version =
    siblings.length < 2 ? '' : ` · version ${siblings.indexOf(message.id) + 1} of ${siblings.length}`;
  const head = `## ${who}\n\n*${readableTime(message.created_at)}${version}*`;
  const blocks = [...message.content.map(blockToMarkdown), sourcesOf(message.content)].filter(
    text => text !== '',
  );
  const error = message.error ? [`> **Error:** ${oneLine(message.error.message)}`] : [];
  const cut = endNotes[message.status];
  return [head, ...blocks, ...error, ...(cut ? [cut] : [])].join('\n\n');
}

const endNotes: Partial<Record<TransferMessage['status'], string>> = {
  cancelled: '*Stopped.*',
  interrupted: '*Interrupted.*',
};

function blockToMarkdown(block: Block): string {
  switch (block.type) {
    case 'text':
      return closeFence(block.text.trim());
    case 'thinking':
      return block.text.trim() === ''
        ? ''
        : `<details>\n<summary>Reasoning</summary>\n\n${closeFence(block.text.trim())}\n\n</details>`;
    case 'attachment':
      return `*Attachment: ${block.name ?? 'without a name'} (${block.media_type})*`;
    case 'tool_use':
      return `**Tool ${block.name}**\n\n${fenced(JSON.stringify(block.input, null, 2), 'json')}`;
    case 'tool_result':
      return `**Result${block.name === undefined ? '' : ` of ${block.name}`}**\n\n${block.content
        .map(part => (part.type === 'text' ? fenced(part.text, 'text') : blockToMarkdown(part)))
        .join('\n\n')}`;
  }
}

function sourcesOf(content: readonly Block[]): string {
  const citations = content.flatMap(block => (block.type === 'text' ? (block.citations ?? []) : []));
  if (citations.length === 0) return '';
  const lines = citations.map(({ url, title }, index) => {
    return `${index + 1}. [${oneLine(title ?? url).replaceAll(/[[\]\\]/g, '\\$&')}](<${url}>)`;
  });
  return `**Sources**\n\n${lines.join('\n')}`;
}

/** An answer that was cut inside a code block must not swallow everything below it. */
function closeFence(text: string): string {
  let open = '';
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    const [, run = '', rest = ''] = mark ?? [];
    if (run === '') continue;
    if (open === '') open = run;
    else if (run[0] === open[0] && run.length >= open.length && rest.trim() === '') open = '';
  }
  return open === '' ? text : `${text}\n${open}`;
}

function readableTime(iso: string): string {
  return iso.replace('T', ' ').replace(/:\d\d(?:\.\d+)?Z$/, ' UTC');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
