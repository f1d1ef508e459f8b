import type { Chat, ChatMessage } from '../../electron/contract/chats.ts';
import { fakeChat, fakeChats, fakeMessage, fakeMessages } from './fake-chats.ts';
import { createFakeStreams } from './fake-streams.ts';
import type { ChatCallName, Emit, FakeCalls } from './fake-types.ts';

export function fakeChatCalls(wish: URLSearchParams, emit: Emit): Pick<FakeCalls, ChatCallName> {
  const isFirstStart = wish.has('empty') || wish.has('none');
  const chats = isFirstStart ? [] : fakeChats();
  const messages = isFirstStart ? [] : fakeMessages();
  const deleted = new Map<string, Chat>();
  const streams = createFakeStreams(messages, emit, wish.has('slow'));

  const findChat = (id: string) => {
    const found = chats.find(chat => chat.id === id);
    if (!found) throw new Error('This chat does not exist any more. Choose another one, or start a new one.');
    return found;
  };
  const startAnswer = (chat_id: string, parent_id: string, model: string) => {
    const answer = fakeMessage({
      id: crypto.randomUUID(),
      chat_id,
      parent_id,
      role: 'assistant',
      model,
      status: 'streaming',
      finish_reason: null,
    });
    messages.push(answer);
    findChat(chat_id).leaf_id = answer.id;
    streams.start(answer);
    emit('message.changed', { message: answer });
    emit('chats.changed', {});
    return answer;
  };

  return {
    ...messageCalls({ messages, findChat, startAnswer, streams, emit }),
    'chats.list': () => chats,
    'chats.create': ({ model }) => {
      const chat = { ...fakeChat(crypto.randomUUID(), '', null, 0), model };
      chats.unshift(chat);
      return chat;
    },
    'chats.delete': ({ id }) => {
      deleted.set(id, findChat(id));
      chats.splice(chats.indexOf(findChat(id)), 1);
      return {};
    },
    'chats.restore': ({ id }) => {
      const chat = deleted.get(id);
      if (!chat) throw new Error('This chat cannot be brought back any more.');
      chats.unshift(chat);
      return chat;
    },
  };
}

type Parts = {
  messages: ChatMessage[];
  findChat: (id: string) => Chat;
  startAnswer: (chatId: string, parentId: string, model: string) => ChatMessage;
  streams: ReturnType<typeof createFakeStreams>;
  emit: Emit;
};

function messageCalls({ messages, findChat, startAnswer, streams, emit }: Parts) {
  return {
    'chats.get': ({ id }) => ({
      chat: findChat(id),
      messages: messages.filter(message => message.chat_id === id),
      live: streams.live(),
    }),
    'chats.rename': ({ id, title }) => Object.assign(findChat(id), { title }),
    'chats.set_leaf': ({ id, leaf_id }) => Object.assign(findChat(id), { leaf_id }),
    'messages.send': ({ chat_id, parent_id, model, text, attachments }) => {
      const chat = findChat(chat_id);
      if (chat.title === '') chat.title = text.split(/\s+/).slice(0, 6).join(' ');
      chat.updated_at = new Date().toISOString();
      const content = [...attachments, { type: 'text' as const, text }];
      const question = fakeMessage({ id: crypto.randomUUID(), chat_id, parent_id, role: 'user', content });
      messages.push(question);
      emit('message.changed', { message: question });
      return { user_message: question, answer: startAnswer(chat_id, question.id, model) };
    },
    'messages.regenerate': ({ id, model }) => {
      const old = messages.find(message => message.id === id);
      if (!old?.parent_id) throw new Error('This answer does not exist any more.');
      return { answer: startAnswer(old.chat_id, old.parent_id, model ?? old.model ?? '') };
    },
    'messages.stop': ({ id }) => {
      streams.end(id, 'cancelled');
      return {};
    },
  } satisfies Partial<FakeCalls>;
}
