/// <reference lib="dom" />
import { request as httpRequest } from 'node:http';

import { expect } from '@playwright/test';

import { send, test } from './parley-server.ts';

test('without the token the page and its calls are refused', async ({ server, playwright }) => {
  const stranger = await playwright.request.newContext({ baseURL: server.url });
  for (const path of ['/ui', '/ui/', '/ui/?token=wrong', '/ui/index.html', '/ui/events']) {
    expect((await stranger.get(path)).status(), path).toBe(401);
  }
  const call = await stranger.post('/ui/call/chats.list', { data: {} });
  expect(call.status()).toBe(401);
  await stranger.dispose();
});

test('the token leaves the address bar, and stays out of the page', async ({ page, server }) => {
  await page.goto(server.ui);
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  expect(page.url()).not.toContain('token');
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

test('another name for this machine, and another origin, are refused', async ({ server }) => {
  const { port, host } = new URL(server.url);
  expect(await statusOf(port, { host: 'evil.example' })).toBe(403);
  expect(await statusOf(port, { host, origin: 'https://evil.example' })).toBe(403);
});

test('the policy stops scripts and requests from elsewhere', async ({ page, server, problems }) => {
  const response = await page.goto(server.ui);
  expect(response?.headers()['content-security-policy']).toContain("default-src 'none'");
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  const outcome = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.body.append(script);
    const fetched = await fetch('https://example.com/').then(
      () => 'sent',
      () => 'refused',
    );
    return { injected: 'injected' in window, fetched };
  });
  expect(outcome).toEqual({ injected: false, fetched: 'refused' });
  expect(problems.splice(0).join('\n')).toContain('Content Security Policy');
});

test('a page left open says that Parley is gone, and loses nothing', async ({ page, server, problems }) => {
  await page.goto(server.ui);
  // Whom to send to is known from here on.
  await expect(page.getByLabel('Model', { exact: true })).toContainText(/eliza|parrot/);
  const ended = new Promise(resolve => server.process.once('exit', resolve));
  server.process.kill('SIGTERM');
  expect(await ended).toBe(0);
  await send(page, 'Are you there?');
  await expect(page.getByText('Parley does not answer.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('Are you there?');
  // The browser itself reports requests that reach nobody.
  problems.splice(0);
});

function statusOf(port: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path: '/ui/', headers }, response => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject);
    request.end();
  });
}
