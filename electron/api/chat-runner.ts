import type { ApiOutput, ApiParsedInput } from '../contract/api.ts';
import type { ChatMessage } from '../contract/chats.ts';
import type { ChatSettings } from '../contract/chat-settings.ts';
import type { Engine, Plan } from '../engine/engine.ts';
import type { Store } from '../store/open-store.ts';
import { createAnswerDesk } from './answer-desk.ts';
import { type Asked, contentOf, createAsker } from './asker.ts';
import type { ModelAbilities } from './chat-request.ts';
import type { EventHub } from './event-hub.ts';
import { createMessageQueue, type MessageQueue } from './message-queue.ts';
import { createThreadActions, type ThreadActions } from './thread-actions.ts';

export type ChatRunner = ThreadActions & {
  send(input: ApiParsedInput<'messages.send'>): { user_message: ChatMessage; answer: ChatMessage };
  sendToSeveral(input: ApiParsedInput<'messages.send_to_several'>): Asked;
  /** Where messages wait for an answer to end. */
  queue: MessageQueue;
  /** Stops the upstream and keeps the text; nothing happens when the answer has ended already. */
  stop(messageId: string): void;
  /** Stops every answer of a chat. */
  stopChat(chatId: string): void;
  /** A chat with its messages, those that are streaming as they stand this moment. */
  read(chatId: string): ApiOutput<'chats.get'>;
  /** Whole messages of a chat, as `read` gives them. */
  load(chatId: string, ids: readonly string[]): { messages: ChatMessage[]; live: Record<string, number> };
  /** Ends every answer; resolves when all are saved. */
  close(): Promise<void>;
};

export type ChatRunnerDeps = {
  engine: Pick<Engine, 'resolveModel' | 'streamDeltas'>;
  chats: Store['chats'];
  queue: Store['queue'];
  /** How a chat wants its answers made. */
  settingsOf?: (chatId: string) => ChatSettings;
  /** What is known of those that a plan may ask. */
  abilitiesOf?: (plan: Plan) => Promise<ModelAbilities>;
  hub: EventHub;
  onProblem: (error: unknown) => void;
  newId?: () => string;
  now?: () => Date;
};

/** Sends messages and follows their answers, whoever watches: a page that is closed stops nothing. */
export function createChatRunner(deps: ChatRunnerDeps): ChatRunner {
  const { chats } = deps;
  const desk = createAnswerDesk(deps, answer => queue.answerEnded(answer));
  const asker = createAsker(deps, desk);
  const queue = createMessageQueue({ ...deps, asker, desk });

  function sendToSeveral(input: ApiParsedInput<'messages.send_to_several'>): Asked {
    const { start, ...asked } = asker.store({ ...input, content: contentOf(input) });
    start();
    return asked;
  }

  return {
    ...desk,
    ...createThreadActions({ ...deps, desk, asker }),
    queue,
    sendToSeveral,
    send({ model, ...input }) {
      const { user_message, answers } = sendToSeveral({ ...input, models: [model] });
      return { user_message, answer: answers[0] };
    },
    read(chatId) {
      const { messages, ...opened } = chats.open(chatId);
      return { ...opened, ...desk.bringUpToDate(messages) };
    },
    load: (chatId, ids) => desk.bringUpToDate(chats.getMessages(chatId, ids)),
  };
}
