import { MessageSquare, RotateCw, SquareTerminal } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useLocation } from 'wouter';

import type { CallDetails } from '../../../electron/contract/inspector.ts';
import { Button } from '../../ui/button.tsx';
import { requestJump } from '../thread/jump-to-message.ts';
import { reportError } from '../../ui/report-error.ts';
import { useCopyCurl, useMessageOf, useReplay } from './use-inspector.ts';

/** What can be done with a call: take it to a shell, send it again, open its chat. */
export function CallActions({ call }: { call: CallDetails }) {
  const { t } = useTranslation('inspector');
  const [, navigate] = useLocation();
  const curl = useCopyCurl();
  const replay = useReplay();
  const message = useMessageOf(call.id, call.received === null && call.status !== 'running');
  const copy = (side: 'received' | 'sent') =>
    curl.mutate({ id: call.id, side }, { onSuccess: () => toast(t('copied')), onError: reportError });
  const sendAgain = () =>
    replay.mutate(call.id, {
      onSuccess: ({ id }) => {
        toast(t('replayed'));
        navigate(`/inspector/${id}`);
      },
      onError: reportError,
    });
  const { chat_id: chatId, message_id: messageId } = message.data ?? {};
  return (
    <div className="flex flex-wrap gap-2">
      {call.received && (
        <>
          <Button onClick={() => copy('received')} disabled={curl.isPending}>
            <SquareTerminal aria-hidden size={16} />
            {t('curl_received')}
          </Button>
          <Button onClick={sendAgain} disabled={replay.isPending}>
            <RotateCw aria-hidden size={16} />
            {t('replay')}
          </Button>
        </>
      )}
      {call.exchanges.length > 0 && (
        <Button onClick={() => copy('sent')} disabled={curl.isPending}>
          <SquareTerminal aria-hidden size={16} />
          {t('curl_sent')}
        </Button>
      )}
      {chatId !== undefined && messageId !== undefined && (
        <Button
          onClick={() => {
            requestJump({ chatId, messageId });
            navigate(`/chat/${chatId}`);
          }}
        >
          <MessageSquare aria-hidden size={16} />
          {t('open_chat')}
        </Button>
      )}
    </div>
  );
}
