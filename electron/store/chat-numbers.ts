import {
  type AnswerNumbers,
  type ChatTotal,
  answerNumbersSchema,
  chatTotalSchema,
} from '../contract/threads.ts';
import type { BatchWriter } from './batch-writer.ts';
import type { Database } from './load-sqlite.ts';

/** What the ledger says of answers and chats. */
export type ChatNumbers = {
  /** In one query, however many answers; those without a row are left out. */
  ofMessages(ids: readonly string[]): AnswerNumbers[];
  total(chatId: string): ChatTotal;
};

const columns = Object.keys(answerNumbersSchema.shape)
  .map(name => (name === 'message_id' ? 'messages.id AS message_id' : `calls.${name}`))
  .join(', ');

/** Calls that were reported and wait for their batch are written first. */
export function createChatNumbers(db: Database, writer: Pick<BatchWriter, 'flush'>): ChatNumbers {
  const ofMessages = db.prepare(`
    SELECT ${columns} FROM messages JOIN calls ON calls.id = messages.call_id
    WHERE messages.id IN (SELECT value FROM json_each(?))`);
  // A call that failed before it used anything is neither a cost nor an unknown one.
  const total = db.prepare(`
    SELECT count(*) AS calls,
      sum(input_tokens) AS input_tokens,
      sum(output_tokens) AS output_tokens,
      sum(cost_usd) AS cost_usd,
      count(*) FILTER (WHERE input_tokens IS NULL AND output_tokens IS NULL AND status <> 'error')
        AS unknown_tokens_calls,
      count(*) FILTER (WHERE cost_usd IS NULL
        AND NOT (status = 'error' AND input_tokens IS NULL AND output_tokens IS NULL)) AS unknown_cost_calls
    FROM chat_calls JOIN calls ON calls.id = chat_calls.call_id
    WHERE chat_calls.chat_id = ?`);
  return {
    ofMessages(ids) {
      writer.flush();
      return ofMessages.all(JSON.stringify(ids)).map(row => answerNumbersSchema.parse(row));
    },
    total(chatId) {
      writer.flush();
      return chatTotalSchema.parse(total.get(chatId));
    },
  };
}
