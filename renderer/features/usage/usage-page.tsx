import type { Call } from '../../../electron/contract/calls.ts';
import { Button } from '../../ui/button.tsx';
import { formatCost, formatCount, formatDuration, formatTime } from '../../ui/format.ts';
import { Page } from '../../ui/page.tsx';
import { EmptyNote, ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { answeredAs } from './answered-as.ts';
import { useCalls } from './use-calls.ts';

export function UsagePage() {
  const calls = useCalls();
  const rows = calls.data?.pages.flatMap(page => page.calls) ?? [];
  return (
    <Page
      wide
      title="Ledger"
      lead="Every call, from the chat or through the gateway, however it ended. A dash means unknown, never zero."
    >
      <ErrorNote error={calls.error}>
        <Button onClick={() => void calls.refetch()}>Try again</Button>
      </ErrorNote>
      {calls.isPending && <LoadingNote />}
      {calls.data && rows.length === 0 && (
        <EmptyNote title="No call yet">Send a message in a chat, or point a tool at the gateway.</EmptyNote>
      )}
      {rows.length > 0 && <LedgerTable rows={rows} />}
      {calls.hasNextPage && (
        <Button
          className="mt-4"
          onClick={() => void calls.fetchNextPage()}
          disabled={calls.isFetchingNextPage}
        >
          {calls.isFetchingNextPage ? 'Loading…' : 'Load more'}
        </Button>
      )}
    </Page>
  );
}

function LedgerTable({ rows }: { rows: Call[] }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a wide table scrolls with the keyboard
    <div className="-mx-2 overflow-x-auto px-2" role="region" aria-label="Ledger" tabIndex={0}>
      <table className="w-full border-collapse text-small tabular-nums">
        <thead>
          <tr className="border-b border-line-strong text-faint">
            <Head>Time</Head>
            <Head>Client</Head>
            <Head>Backend</Head>
            <Head>Model</Head>
            <Head>Status</Head>
            <Head isNumber>Tokens in</Head>
            <Head isNumber>Tokens out</Head>
            <Head isNumber>Cost</Head>
            <Head isNumber>First token</Head>
            <Head isNumber>Duration</Head>
          </tr>
        </thead>
        <tbody>
          {rows.map(call => (
            <LedgerRow key={call.id} call={call} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ children, isNumber = false }: { children: string; isNumber?: boolean }) {
  return (
    <th
      scope="col"
      className={`px-2 py-1.5 font-medium whitespace-nowrap ${isNumber ? 'text-end' : 'text-start'}`}
    >
      {children}
    </th>
  );
}

const statusLooks: Record<Call['status'], string> = {
  ok: 'text-good',
  error: 'text-danger',
  cancelled: 'text-soft',
  interrupted: 'text-warning',
};

function LedgerRow({ call }: { call: Call }) {
  const tokensTitle = `Token numbers: ${call.tokens_origin}`;
  const answered = answeredAs(call);
  return (
    <tr className="border-b border-line align-top">
      <td className="px-2 py-2 whitespace-nowrap text-soft">
        <time dateTime={call.started_at}>{formatTime(call.started_at)}</time>
      </td>
      <td className="px-2 py-2">{call.client}</td>
      <td className="px-2 py-2">{call.backend}</td>
      <td className="min-w-40 px-2 py-2 wrap-anywhere">
        {call.model_asked}
        {answered !== null && <span className="text-faint"> → {answered}</span>}
      </td>
      <td className={`px-2 py-2 ${statusLooks[call.status]}`}>
        {call.status}
        {call.error_code !== null && call.error_code !== call.status && (
          <span className="block text-faint">{call.error_code}</span>
        )}
      </td>
      <Amount title={tokensTitle}>{formatCount(call.input_tokens)}</Amount>
      <Amount title={tokensTitle}>{formatCount(call.output_tokens)}</Amount>
      <Amount title={call.price ?? 'No price is known for this model'}>{formatCost(call.cost_usd)}</Amount>
      <Amount>{formatDuration(call.first_token_ms)}</Amount>
      <Amount>{formatDuration(call.duration_ms)}</Amount>
    </tr>
  );
}

function Amount({ children, title }: { children: string; title?: string }) {
  return (
    <td title={title} className="px-2 py-2 text-end whitespace-nowrap">
      {children}
    </td>
  );
}
