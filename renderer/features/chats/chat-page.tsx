import { PanelLeft, Search, SquarePen } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';

import type { Model } from '../../../electron/contract/models.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { usePageTitle } from '../../ui/page-title.ts';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { Composer } from '../composer/composer.tsx';
import { newChatDraft } from '../composer/drafts.ts';
import { OtherModels } from '../composer/other-models-choice.tsx';
import { useAttach } from '../composer/use-attach.ts';
import { FindInThread } from '../find/find-bar.tsx';
import { runCommand, useCommand } from '../keys/use-command.ts';
import { useModelChoice } from '../model-picker/model-choice.ts';
import { chooseModel } from '../model-picker/model-groups.ts';
import { ModelPicker } from '../model-picker/model-picker.tsx';
import { useModels } from '../model-picker/use-models.ts';
import { useDefaultPreset } from '../presets/use-presets.ts';
import { useImageSink } from '../shell/image-sink.ts';
import type { ThreadItem } from '../thread/message-tree.ts';
import { ThreadFoot } from '../thread/thread-foot.tsx';
import { Thread } from '../thread/thread.tsx';
import { useThread } from '../thread/use-thread.ts';
import { TemporaryMark, TemporarySwitch } from '../transfer/temporary-chat.tsx';
import { useForgetTemporary } from '../transfer/use-temporary-chat.ts';
import { ChatCommands } from './chat-commands.tsx';
import { ChatList } from './chat-list.tsx';
import { NewChatPanel } from './new-chat-panel.tsx';
import { useSidebar } from './sidebar.ts';

/** The chat page: all chats beside the open one, or beside one that does not exist yet. */
export function ChatPage({ chatId }: { chatId: string | null }) {
  const sidebar = useSidebar();
  const [, navigate] = useLocation();
  const { t } = useTranslation('chats');
  useCommand('sidebar', sidebar.toggle);
  const startChat = () => {
    sidebar.closeOverlay();
    navigate('/chat');
    document.querySelector<HTMLElement>('[data-composer]')?.focus();
  };
  useDroppedImages(chatId ?? newChatDraft);
  useForgetTemporary(chatId);
  return (
    <div className="relative flex h-full min-w-0">
      <Sidebar sidebar={sidebar} chatId={chatId} onNew={startChat} />
      <section aria-label={t('conversation')} className="flex h-full min-w-0 flex-1 flex-col">
        <div
          className={classNames('flex items-center gap-1 px-3 pt-2', sidebar.isShown ? 'sm:hidden' : '')}
          data-collapsed-header
        >
          <IconButton label={t('show')} aria-expanded={sidebar.isShown} onClick={sidebar.toggle}>
            <PanelLeft aria-hidden size={17} />
          </IconButton>
          {!sidebar.isShown && (
            <IconButton label={t('new')} onClick={startChat}>
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
  const { t } = useTranslation('chats');
  if (!sidebar.isShown) return null;
  return (
    <>
      {/* On a phone the list lies over the chat; a tap beside it closes it. */}
      <button
        type="button"
        aria-label={t('closeList')}
        className="absolute inset-0 z-10 bg-shade sm:hidden"
        onClick={sidebar.closeOverlay}
      />
      <aside
        aria-label={t('sidebar')}
        className="absolute inset-y-0 start-0 z-20 flex w-sidebar max-w-[85%] shrink-0 flex-col border-e border-line bg-sunken sm:static sm:w-52 lg:w-sidebar"
      >
        <div className="flex items-center gap-1 p-2">
          <Button variant="quiet" className="flex-1 justify-start text-ink" onClick={onNew}>
            <SquarePen aria-hidden size={16} />
            {t('new')}
          </Button>
          <IconButton label={t('search')} onClick={() => runCommand('palette')}>
            <Search aria-hidden size={16} />
          </IconButton>
          <IconButton label={t('hide')} onClick={sidebar.toggle}>
            <PanelLeft aria-hidden size={17} />
          </IconButton>
        </div>
        <ChatList openId={chatId} onOpen={sidebar.closeOverlay} />
      </aside>
    </>
  );
}

function NewChat() {
  const choice = useChosenModel(newChatDraft, useDefaultPreset()?.model ?? null);
  return (
    <>
      <TemporarySwitch model={choice.model?.id ?? null} />
      <div className="min-h-0 flex-1 overflow-y-auto [scrollbar-gutter:stable_both-edges]">
        <NewChatPanel list={choice.list} model={choice.model} error={choice.error} />
      </div>
      <ChatComposer chatId={null} branch={[]} choice={choice} />
    </>
  );
}

function OpenChat({ chatId }: { chatId: string }) {
  const { t } = useTranslation('chats');
  const thread = useThread(chatId);
  const choice = useChosenModel(chatId, thread.data?.chat.model ?? null);
  const title = thread.data?.chat.title;
  usePageTitle(title);
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
          <Button onClick={() => void thread.refetch()}>{t('tryAgain')}</Button>
        </ErrorNote>
      </div>
    );
  }
  return (
    <>
      <h1 className="sr-only">{title}</h1>
      <TemporaryMark chatId={chatId} />
      <ChatCommands chatId={chatId} branch={thread.branch} messages={thread.data.messages} />
      <div className="relative flex min-h-0 flex-1 flex-col">
        <Thread chatId={chatId} branch={thread.branch} />
        <FindInThread chatId={chatId} branch={thread.branch} />
      </div>
      <ThreadFoot chatId={chatId} last={thread.branch.at(-1)?.message} />
      <ChatComposer chatId={chatId} branch={thread.branch} choice={choice} />
    </>
  );
}

/** Most chats open at once; a note that flashes would only disturb. */
function SlowNote() {
  const { t } = useTranslation('chats');
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 400);
    return () => clearTimeout(timer);
  }, []);
  return isSlow ? <LoadingNote label={t('opening')} /> : null;
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
        picker={
          <>
            <ModelPicker list={choice.list} model={choice.model} onChoose={choice.choose} />
            <OtherModels draftKey={chatId ?? newChatDraft} first={choice.model?.id} />
          </>
        }
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
