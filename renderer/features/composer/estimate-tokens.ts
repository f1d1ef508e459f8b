import type { ChatMessage } from '../../../electron/contract/chats.ts';
import type { AttachmentBlock, Block } from '../../../electron/contract/message.ts';

/** Letters of an alphabet that make one token, about; signs of Chinese, Japanese and Korean are about one each. */
const lettersPerToken = 4;
/** Of longer texts only this much is looked at, and the rest taken for the same: it is counted while one types. */
const sampledChars = 8_000;
/** What vendors charge for a large image, and for a page they read as text and picture. */
const perImage = 1_600;
const perPage = 1_500;
/** Around each message: its role and separators. */
const perMessage = 4;

const wideSigns = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]/g;

/** About how many tokens a text has. */
export function estimateText(text: string): number {
  const sample = text.slice(0, sampledChars);
  if (sample === '') return 0;
  const wide = sample.match(wideSigns)?.length ?? 0;
  const tokens = wide + (sample.length - wide) / lettersPerToken;
  return Math.ceil((tokens * text.length) / sample.length);
}

/** About how many tokens a file has for a model that reads PDFs, or gets their text. */
export function estimateFile(block: AttachmentBlock, readsPdf: boolean): number {
  if (block.media_type.startsWith('image/')) return perImage;
  if (block.text !== undefined && block.text !== '' && !readsPdf) return estimateText(block.text);
  if (block.pages !== undefined) return block.pages * perPage;
  const bytes = block.source.type === 'base64' ? block.source.data.length * 0.75 : 0;
  return Math.ceil(bytes / lettersPerToken);
}

/** About how many tokens a branch sends: what the last answer reported, and what came after it. */
export function estimateBranch(messages: readonly ChatMessage[], readsPdf: boolean): number {
  const last = messages.findLastIndex(({ usage }) => usage?.input_tokens !== undefined);
  const usage = messages[last]?.usage;
  const reported = (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0);
  const rest = messages.slice(last + 1);
  return rest.reduce((sum, message) => sum + perMessage + estimateMessage(message, readsPdf), reported);
}

/** Of servers that never report usage a whole thread is counted, whenever one of its messages changes. */
const estimated = {
  readsPdf: new WeakMap<ChatMessage, number>(),
  readsText: new WeakMap<ChatMessage, number>(),
};

function estimateMessage(message: ChatMessage, readsPdf: boolean): number {
  if (message.outline === true) return message.usage?.output_tokens ?? 0;
  const known = estimated[readsPdf ? 'readsPdf' : 'readsText'];
  const tokens = known.get(message) ?? estimateBlocks(message.content, readsPdf);
  known.set(message, tokens);
  return tokens;
}

function estimateBlocks(content: readonly Block[], readsPdf: boolean): number {
  return content.reduce((sum, block) => {
    if (block.type === 'text') return sum + estimateText(block.text);
    return block.type === 'attachment' ? sum + estimateFile(block, readsPdf) : sum;
  }, 0);
}
