import type { ChatMessage } from '../contract/chats.ts';
import { isTemporary } from '../contract/temporary-chat.ts';
import type { Engine } from '../engine/engine.ts';
import type { Store } from '../store/open-store.ts';
import { titleFrom } from './asker.ts';
import type { EventHub } from './event-hub.ts';

export type TitleMakerDeps = {
  engine: Pick<Engine, 'resolveModel' | 'streamDeltas'>;
  chats: Pick<Store['chats'], 'get' | 'getChat' | 'rename'>;
  hub: EventHub;
  /** Who is asked; null leaves the first words. */
  model: () => string | null;
};

export type TitleMaker = {
  /** The person has named this chat: it keeps that name. */
  typed(chatId: string): void;
  /** Ends what is under way. */
  close(): Promise<void>;
};

const patienceMs = 60_000;
/** What a title is made from: the beginning says what it is about, and is cheap. */
const mostCharacters = 2000;
const longestTitle = 80;

/**
 * Gives a chat a title once its first answer is whole. Nobody waits for it, and where it fails the first words stay: the
 * call is in the ledger like every other one.
 */
export function createTitleMaker(deps: TitleMakerDeps): TitleMaker {
  const { chats, hub, model } = deps;
  const typed = new Set<string>();
  const underWay = new Map<string, Promise<void>>();
  const stop = new AbortController();

  /** The chat's first question, where its title is still the one made from it and this is its first whole answer. */
  const questionOf = (chatId: string): string | undefined => {
    const { chat, messages } = chats.get(chatId);
    const whole = messages.filter(({ role, status }) => role === 'assistant' && status === 'complete');
    const first = messages.find(({ role }) => role === 'user');
    if (typed.has(chatId) || whole.length !== 1 || !first) return undefined;
    const question = textOf(first);
    return chat.title === titleFrom(question) ? question : undefined;
  };

  const make = async (answer: ChatMessage, asked: string): Promise<void> => {
    const { chat_id: chatId } = answer;
    const question = questionOf(chatId);
    if (question === undefined) return;
    const title = await askForTitle(deps.engine, asked, { question, answer: textOf(answer) }, stop.signal);
    // It may have been named, changed or deleted meanwhile.
    if (title === '' || typed.has(chatId) || chats.getChat(chatId).title !== titleFrom(question)) return;
    chats.rename(chatId, title);
    hub.emit('chats.changed', {});
  };

  const stopListening = hub.on(({ name, payload }) => {
    if (name !== 'message.changed') return;
    const { message } = payload;
    const asked = model();
    const { chat_id: chatId, role, status } = message;
    if (asked === null || role !== 'assistant' || status !== 'complete') return;
    if (isTemporary(chatId) || underWay.has(chatId)) return;
    // A title that failed is no problem of anybody's: the ledger has the call and its error.
    const making = make(message, asked)
      .catch(() => undefined)
      .finally(() => underWay.delete(chatId));
    underWay.set(chatId, making);
  });

  return {
    typed: chatId => void typed.add(chatId),
    async close() {
      stopListening();
      stop.abort();
      await Promise.all(underWay.values());
    },
  };
}

async function askForTitle(
  engine: TitleMakerDeps['engine'],
  model: string,
  { question, answer }: { question: string; answer: string },
  stop: AbortSignal,
): Promise<string> {
  const patience = new AbortController();
  const end = (): void => patience.abort();
  const timer = setTimeout(end, patienceMs);
  stop.addEventListener('abort', end);
  try {
    const context = { client: 'chat', dialect_in: null, model_asked: model, signal: patience.signal };
    const plan = await engine.resolveModel(model, { record_for: context });
    const text = `${instruction}\n\n<question>\n${question.slice(0, mostCharacters)}\n</question>\n<answer>\n${answer.slice(0, mostCharacters)}\n</answer>`;
    const messages = [{ role: 'user' as const, content: [{ type: 'text' as const, text }] }];
    // Room to think: a reasoning model that is cut off has not come to the title yet.
    const request = { messages, options: { max_tokens: 2000 }, stream: true };
    const stream = await engine.streamDeltas(plan, request, context);
    for await (const _ of stream.deltas);
    if (stream.completion.error) return '';
    return cleanTitle(
      stream.completion.blocks.flatMap(({ block, text }) => (block === 'text' ? [text] : [])).join(''),
    );
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', end);
  }
}

const instruction =
  'Write a title for the conversation below: at most six words, in the language of the question, no quotation marks, no full stop. Answer with the title alone, and do not answer the question.';

/** Models add what they were asked to leave out. Empty where nothing is left that could be a title. */
export function cleanTitle(text: string): string {
  const lines = text.replace(/<think>[\s\S]*?<\/think>/g, '').split('\n');
  const line = lines.map(each => each.trim()).find(each => each !== '') ?? '';
  const bare = line
    .replace(/^#+\s*/, '')
    .replaceAll(/[*_`]{2,}/g, '')
    .replace(/^(?:title|titel|标题)\s*[:：]\s*/i, '')
    .replace(/^["'“”„«»「『]+|["'“”„«»」』]+$/g, '')
    .replace(/[.。]$/, '')
    .trim();
  return bare.length <= longestTitle ? bare : `${bare.slice(0, longestTitle).trimEnd()}…`;
}

function textOf({ content }: ChatMessage): string {
  return content.flatMap(block => (block.type === 'text' ? [block.text] : [])).join('\n');
}
