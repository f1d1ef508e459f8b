import type { IncomingMessage } from 'node:http';

import type { PlainRequest } from './plain-request.ts';

/** What a tool sends: read by Node's parser as it comes, or whole. */
export type ToolRequest = IncomingMessage | PlainRequest;

/** What a tool is answered with: of Node's ServerResponse that which an answer needs. */
export type ToolResponse = {
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  readonly writableEnded: boolean;
  /** All of it has been handed to the operating system. */
  readonly writableFinished: boolean;
  readonly writableNeedDrain: boolean;
  /** Null once the answer is over. */
  readonly socket: { readonly bytesWritten: number } | null;
  setHeader(name: string, value: string): unknown;
  writeHead(status: number, headers?: AnswerHeaders): ToolResponse;
  /** False where the tool should read on before more is written: `drain` says that it has. */
  write(chunk: string | Buffer): boolean;
  end(chunk?: string | Buffer): unknown;
  destroy(): unknown;
  on(event: 'close' | 'drain', listener: () => void): ToolResponse;
  once(event: 'close' | 'drain', listener: () => void): ToolResponse;
  off(event: 'close' | 'drain', listener: () => void): ToolResponse;
};

export type AnswerHeaders = Record<string, string | string[] | number>;
