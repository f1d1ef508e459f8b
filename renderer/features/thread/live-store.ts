import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import { foldBatch, hasGap, newLiveStream, seedStream } from './live-stream.ts';
import type { DeltaBatch, LiveStream } from './live-stream.ts';

export type LiveStore = {
  /** Streams by message id, of every chat: those not on screen go on. */
  streams: StoreApi<Record<string, LiveStream>>;
  /** Takes a batch in; it is folded and shown with the next flush. */
  push(batch: DeltaBatch): void;
  /** Takes what `chats.get` knows of the streams of one chat. */
  seed(messages: readonly ChatMessage[], live: Record<string, number>): void;
  /** Takes an answer's final state: no more deltas are read for it. */
  settle(message: ChatMessage): void;
  /** Forgets the stream of a settled answer, once its final state is on screen. */
  drop(messageId: string): void;
  /** The message, or its final state where that arrived by an event while an older answer of `chats.get` was on its way. */
  latest(message: ChatMessage): ChatMessage;
};

type Options = {
  /** Runs the callback once, soon: one flush an animation frame. */
  schedule: (flush: () => void) => void;
  /** A batch is missing; whoever shows this chat should ask `chats.get`. */
  onGap: (chatId: string) => void;
};

export function createLiveStore({ schedule, onGap }: Options): LiveStore {
  const streams = createStore<Record<string, LiveStream>>(() => ({}));
  const settled = new Map<string, ChatMessage>();
  let queue: DeltaBatch[] = [];

  const flush = () => {
    const batches = queue;
    queue = [];
    const changed = new Map<string, LiveStream>();
    for (const batch of batches) {
      const stream =
        changed.get(batch.message_id) ??
        streams.getState()[batch.message_id] ??
        newLiveStream(batch.chat_id, batch.message_id);
      foldBatch(stream, batch);
      changed.set(batch.message_id, stream);
    }
    publish(streams, changed);
    const gaps = [...changed.values()].filter(hasGap).map(stream => stream.chat_id);
    for (const chatId of new Set(gaps)) onGap(chatId);
  };

  return {
    streams,
    push(batch) {
      if (settled.has(batch.message_id)) return;
      if (queue.push(batch) === 1) schedule(flush);
    },
    seed(messages, live) {
      if (Object.keys(live).length === 0) return;
      const changed = new Map<string, LiveStream>();
      for (const message of messages) {
        const batch = live[message.id];
        if (message.status !== 'streaming' || batch === undefined) continue;
        const stream = streams.getState()[message.id] ?? newLiveStream(message.chat_id, message.id);
        seedStream(stream, message.content, batch);
        changed.set(message.id, stream);
      }
      if (changed.size > 0) publish(streams, changed);
    },
    settle(message) {
      queue = queue.filter(batch => batch.message_id !== message.id);
      remember(settled, message);
    },
    drop(messageId) {
      const { [messageId]: dropped, ...rest } = streams.getState();
      if (dropped) streams.setState(rest, true);
    },
    latest(message) {
      return (message.status === 'streaming' && settled.get(message.id)) || message;
    },
  };
}

/** Only answers that ended a moment ago can be overtaken by an older `chats.get`. */
const settledLimit = 50;

function remember(settled: Map<string, ChatMessage>, message: ChatMessage): void {
  settled.set(message.id, message);
  const [oldest] = settled.keys();
  if (settled.size > settledLimit && oldest !== undefined) settled.delete(oldest);
}

/** New stream objects around the same growing completions, so that only what changed renders again. */
function publish(streams: StoreApi<Record<string, LiveStream>>, changed: Map<string, LiveStream>): void {
  const next = { ...streams.getState() };
  for (const [id, stream] of changed) next[id] = { ...stream, version: stream.version + 1 };
  streams.setState(next, true);
}

/** One flush a frame; a hidden page has no frames, there a timer keeps the queue short. */
export function scheduleFrame(flush: () => void): void {
  if (document.hidden) setTimeout(flush, 200);
  else requestAnimationFrame(flush);
}
