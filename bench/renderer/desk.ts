import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { ChatMessage } from '../../electron/contract/chats.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { answerText } from './answer-text.ts';

const root = join(import.meta.dirname, '..', '..');

export type Desk = {
  /** Address of the page, with its token. */
  ui: string;
  /** Ids of chats by the number of their messages. */
  chats: Record<number, string>;
  /** How fast the upstream answers from now on, in tokens a second. */
  speed(tokensPerSecond: number): void;
  close(): Promise<void>;
};

/** A built Parley with filled chats, and an upstream that answers with 2 000 tokens at a given speed. */
export async function startDesk(chatSizes: readonly number[]): Promise<Desk> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const upstream = await startUpstream();
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(
    join(dataDir, 'parley.yaml'),
    `llm:\n  backends:\n    - { name: up, type: custom, url: "${upstream.url}/v1", api_key: key }\n`,
  );
  const chats = fillChats(dataDir, chatSizes);
  const cli = join(root, 'dist', 'electron', 'cli.cjs');
  const child = spawn(
    process.execPath,
    [cli, 'serve', '--ui', '--json', '--port', '0', '--data-dir', dataDir],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise(resolve => child.once('exit', resolve));
  let ui = '';
  for await (const line of createInterface(child.stdout)) {
    // The ready line that `serve --json` prints.
    ({ ui } = JSON.parse(line) as { ui: string });
    break;
  }
  return {
    ui,
    chats,
    speed: upstream.speed,
    async close() {
      child.kill('SIGTERM');
      await ended;
      upstream.server.closeAllConnections();
      upstream.server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function fillChats(dataDir: string, sizes: readonly number[]): Record<number, string> {
  const store = openStore({ file: join(dataDir, 'parley.db') });
  const chats: Record<number, string> = {};
  for (const size of sizes) {
    const { id } = store.chats.create({ model: 'up/model', title: `Chat of ${String(size)}` });
    chats[size] = id;
    for (let index = 0; index < size; index += 1) store.chats.addMessage(message(id, index));
  }
  store.close();
  return chats;
}

const answers = [60, 150, 300, 600].map(answerText);

function message(chatId: string, index: number): ChatMessage {
  const isAnswer = index % 2 === 1;
  const text = isAnswer ? (answers[(index >> 1) % answers.length] ?? '') : `Question ${String(index)}?`;
  return {
    id: `${chatId}-${String(index)}`,
    chat_id: chatId,
    parent_id: index === 0 ? null : `${chatId}-${String(index - 1)}`,
    role: isAnswer ? 'assistant' : 'user',
    content: [{ type: 'text', text }],
    status: 'complete',
    finish_reason: isAnswer ? 'stop' : null,
    model: isAnswer ? 'up/model' : null,
    error: null,
    usage: isAnswer ? { input_tokens: 100, output_tokens: Math.ceil(text.length / 4) } : null,
    call_id: null,
    private: null,
    created_at: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
  };
}

async function startUpstream() {
  let tokensPerSecond = 1000;
  const server: Server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (request.method === 'POST') streamAnswer(response, tokensPerSecond);
      else response.end('{"object":"list","data":[{"id":"model","object":"model"}]}');
    });
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    server,
    url: `http://127.0.0.1:${String(port)}`,
    speed: (wanted: number) => {
      tokensPerSecond = wanted;
    },
  };
}

const tickMs = 8;
const answer = answerText(2000);

/** Pieces of one token, as many at once as are due. */
function streamAnswer(response: ServerResponse, tokensPerSecond: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const started = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(2000, Math.ceil(((performance.now() - started) / 1000) * tokensPerSecond));
    let frames = '';
    for (; sent < due; sent += 1) frames += frame({ content: answer.slice(sent * 4, sent * 4 + 4) }, null);
    response.write(frames);
    if (sent < 2000) return;
    clearInterval(timer);
    response.end(`${frame({}, 'stop')}data: [DONE]\n\n`);
  }, tickMs);
  response.on('close', () => clearInterval(timer));
}

function frame(delta: Record<string, string>, finish_reason: string | null): string {
  const choice = { index: 0, delta, finish_reason };
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'model', choices: [choice] })}\n\n`;
}
