import { PanelLeft, SquarePen } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';

import type { Model } from '../../../electron/contract/models.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { Composer } from '../composer/composer.tsx';
import { newChatDraft } from '../composer/drafts.ts';
import { useAttach } from '../composer/use-attach.ts';
import { useModelChoice } from '../model-picker/model-choice.ts';
import { chooseModel } from '../model-picker/model-groups.ts';
import { ModelPicker } from '../model-picker/model-picker.tsx';
import { useModels } from '../model-picker/use-models.ts';
import { useImageSink } from '../shell/image-sink.ts';
import type { ThreadItem } from '../thread/message-tree.ts';
import { Thread } from '../thread/thread.tsx';
import { useThread } from '../thread/use-thread.ts';
import { ChatList } from './chat-list.tsx';
import { NewChatPanel } from './new-chat-panel.tsx';
import { useSidebar } from './sidebar.ts';

/** The chat page: all chats beside the open one, or beside one that does not exist yet. */
export function ChatPage({ chatId }: { chatId: string | null }) {
  const sidebar = useSidebar();
  const [, navigate] = useLocation();
  const startChat = () => {
    sidebar.closeOverlay();
    navigate('/chat');
    document.querySelector<HTMLElement>('[data-composer]')?.focus();
  };
  useDroppedImages(chatId ?? newChatDraft);
  return (
    <div className="relative flex h-full min-w-0">
      <Sidebar sidebar={sidebar} chatId={chatId} onNew={startChat} />
      <section aria-label="Conversation" className="flex h-full min-w-0 flex-1 flex-col">
        <div
          className={classNames('flex items-center gap-1 px-3 pt-2', sidebar.isShown ? 'sm:hidden' : '')}
          data-collapsed-header
        >
          <IconButton label="Show chats" aria-expanded={sidebar.isShown} onClick={sidebar.toggle}>
            <PanelLeft aria-hidden size={17} />
          </IconButton>
          {!sidebar.isShown && (
            <IconButton label="New chat" onClick={startChat}>
              <SquarePen aria-hidden size={16} />
            </IconButton>
          )}
        </div>
        {chatId === null ? <NewChat /> : <OpenChat key={chatId} chatId={chatId} />}
      </section>
    </div>
  );
}

type SidebarProps = { sidebar: ReturnType<typeof useSidebar>; chatId: string | null; onNew: () => void };

function Sidebar({ sidebar, chatId, onNew }: SidebarProps) {
  if (!sidebar.isShown) return null;
  return (
    <>
      {/* On a phone the list lies over the chat; a tap beside it closes it. */}
      <button
        type="button"
        aria-label="Close the list"
        className="absolute inset-0 z-10 bg-shade sm:hidden"
        onClick={sidebar.closeOverlay}
      />
      <aside
        aria-label="Chat list"
        className="absolute inset-y-0 start-0 z-20 flex w-sidebar max-w-[85%] shrink-0 flex-col border-e border-line bg-sunken sm:static sm:w-52 lg:w-sidebar"
      >
        <div className="flex items-center gap-1 p-2">
          <Button variant="quiet" className="flex-1 justify-start text-ink" onClick={onNew}>
            <SquarePen aria-hidden size={16} />
            New chat
          </Button>
          <IconButton label="Hide chats" onClick={sidebar.toggle}>
            <PanelLeft aria-hidden size={17} />
          </IconButton>
        </div>
        <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
          <ChatList openId={chatId} onOpen={sidebar.closeOverlay} />
        </div>
      </aside>
    </>
  );
}

function NewChat() {
  const choice = useChosenModel(newChatDraft, null);
  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <NewChatPanel list={choice.list} model={choice.model} error={choice.error} />
      </div>
      <ChatComposer chatId={null} branch={[]} choice={choice} />
    </>
  );
}

function OpenChat({ chatId }: { chatId: string }) {
  const thread = useThread(chatId);
  const choice = useChosenModel(chatId, thread.data?.chat.model ?? null);
  const title = thread.data?.chat.title;
  useEffect(() => {
    if (title) document.title = `${title} · Parley`;
    return () => {
      document.title = 'Parley';
    };
  }, [title]);
  if (thread.isPending) {
    return (
      <div className="mx-auto w-full max-w-measure px-5 pt-8">
        <SlowNote />
      </div>
    );
  }
  if (!thread.data) {
    return (
      <div className="mx-auto w-full max-w-measure px-5 pt-8">
        <ErrorNote error={thread.error}>
          <Button onClick={() => void thread.refetch()}>Try again</Button>
        </ErrorNote>
      </div>
    );
  }
  return (
    <>
      <h1 className="sr-only">{title}</h1>
      <Thread chatId={chatId} branch={thread.branch} />
      <ChatComposer chatId={chatId} branch={thread.branch} choice={choice} />
    </>
  );
}

/** Most chats open at once; a note that flashes would only disturb. */
function SlowNote() {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 400);
    return () => clearTimeout(timer);
  }, []);
  return isSlow ? <LoadingNote label="Opening the chat…" /> : null;
}

type Choice = ReturnType<typeof useChosenModel>;

function ChatComposer({
  chatId,
  branch,
  choice,
}: {
  chatId: string | null;
  branch: ThreadItem[];
  choice: Choice;
}) {
  return (
    // The same gutters as the thread's, so that both stand on one line.
    <div className="shrink-0 overflow-y-hidden [scrollbar-gutter:stable_both-edges]">
      <Composer
        chatId={chatId}
        branch={branch}
        model={choice.model}
        isModelComing={choice.isComing}
        picker={<ModelPicker list={choice.list} model={choice.model} onChoose={choice.choose} />}
      />
    </div>
  );
}

/** The model the next message goes to: chosen here, else the chat's own, else the last one used anywhere. */
function useChosenModel(draftKey: string, chatModel: string | null) {
  const models = useModels();
  const { byChat, last, choose } = useModelChoice();
  const model: Model | undefined = chooseModel(models.data?.models ?? [], [
    byChat[draftKey],
    chatModel,
    last,
  ]);
  return {
    list: models.data,
    error: models.error,
    isComing: models.isPending,
    model,
    choose: (id: string) => choose(draftKey, id),
  };
}

function useDroppedImages(draftKey: string): void {
  const attach = useAttach(draftKey);
  const setSink = useImageSink(({ setSink }) => setSink);
  useEffect(() => {
    setSink(files => void attach(files));
    return () => setSink(null);
  }, [attach, setSink]);
}
