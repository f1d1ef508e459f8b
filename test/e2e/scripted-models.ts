import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

import { sendJson, sendStream, startUpstream, textChunks } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream, SeenRequest } from '../support/scripted-upstream.ts';
import { test as base } from './parley-server.ts';
import type { ParleyServer } from './parley-server.ts';

type Ask = { model: string; messages: { role: string; content: unknown }[] };

export type ScriptedModels = ScriptedUpstream & {
  /** What was asked so far, oldest first. */
  asks: Ask[];
  /** Resolves when the asking side has left the newest request. */
  left: () => Promise<void> | undefined;
  /** Lets `slow` come to its end. */
  finish: () => void;
};

/**
 * A backend `lab` with models that each do one thing: `fast` repeats the question, `slow` counts words until it may end,
 * `cut` ends at its length limit, `broken` breaks off in the middle, `nokey` refuses the key.
 */
export const test = base.extend<{ lab: ScriptedModels }>({
  lab: async ({ server }, use) => {
    const upstream = await startLab();
    connect(server, upstream.url);
    await use(upstream);
    await upstream.close();
  },
});

function connect({ dataDir }: ParleyServer, url: string): void {
  const yaml = `llm:\n  backends:\n    - { name: lab, type: custom, url: "${url}", api_key: sk-lab }\n  retry: { max_attempts: 1 }\n`;
  writeFileSync(join(dataDir, 'parley.yaml'), yaml);
}

async function startLab(): Promise<ScriptedModels> {
  const asks: Ask[] = [];
  let newest: SeenRequest | undefined;
  const wish = { isFinishing: false };
  const upstream = await startUpstream(async (request, response) => {
    if (request.method === 'GET') {
      const models = ['fast', 'slow', 'cut', 'broken', 'nokey'];
      return sendJson(response, 200, { object: 'list', data: models.map(id => ({ id, object: 'model' })) });
    }
    newest = request;
    const ask = JSON.parse(request.body) as Ask;
    asks.push(ask);
    const last = ask.messages.at(-1)?.content;
    const question = typeof last === 'string' ? last : JSON.stringify(last);
    switch (ask.model) {
      case 'nokey':
        return sendJson(response, 401, { error: { message: 'That key is not known here.' } });
      case 'cut': {
        const isRest = question.includes('cut off');
        const chunks = textChunks([isRest ? 'the second half of it.' : 'This is the first half and ']);
        const end = isRest ? 'stop' : 'length';
        return sendStream(response, JSON.parse(JSON.stringify(chunks).replace('"stop"', `"${end}"`)));
      }
      case 'broken':
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`data: ${JSON.stringify(textChunks(['This much came.'])[1])}\n\n`);
        await sleep(50);
        return void response.destroy();
      case 'slow':
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (let word = 1; !wish.isFinishing && !response.destroyed; word += 1) {
          response.write(`data: ${JSON.stringify(textChunks([`word${String(word)} `])[1])}\n\n`);
          await sleep(60);
        }
        return void response.end(
          textChunks([])
            .map(chunk => `data: ${JSON.stringify(chunk)}\n\n`)
            .join('') + 'data: [DONE]\n\n',
        );
      default:
        return sendStream(response, textChunks([`You said: ${question}`]));
    }
  });
  return Object.assign(upstream, {
    asks,
    left: () => newest?.aborted,
    finish: () => void (wish.isFinishing = true),
  });
}

/** Chooses a model of the lab for the next message. */
export async function pick(page: Page, model: string): Promise<void> {
  const picker = page.getByLabel('Model', { exact: true });
  await picker.click();
  await page.keyboard.type(`lab/${model}`);
  await page.getByRole('option', { name: model }).first().click();
  await expect(picker).toContainText(model);
}

export async function sendText(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

/** Sends and waits for the end of the answer. */
export async function askLab(page: Page, text: string): Promise<void> {
  const before = await page.getByRole('article').count();
  await sendText(page, text);
  await expect(page.getByRole('article')).toHaveCount(before + 1);
  await expect(page.getByRole('article').nth(before)).toHaveAttribute('aria-busy', 'false');
}
