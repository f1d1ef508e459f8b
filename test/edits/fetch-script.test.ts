import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { createTransport } from '../../electron/engine/transport.ts';
import { fetchScript } from '../../electron/edits/fetch-script.ts';

async function startSite(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    if (path.startsWith('/moved')) {
      const to = new URL(path, 'http://x').searchParams.get('to') ?? '';
      response.writeHead(302, { location: to }).end();
    } else if (path === '/large.lua') response.end('-'.repeat(1_000_001));
    else if (path === '/page.lua') response.end('\n<!DOCTYPE html><title>Sign in</title>');
    else if (path === '/none.lua') response.writeHead(404).end();
    else response.end('return {}');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function fetchIt(url: string) {
  const transport = createTransport();
  onTestFinished(() => transport.close());
  return fetchScript(url, transport);
}

test('a script is fetched, and called after its address', async () => {
  const { url } = await startSite();
  expect(await fetchIt(`${url}/groq.lua?raw=1`)).toEqual({
    type: 'script',
    file_name: 'groq.lua',
    source: 'return {}',
  });
});

test('where an address leads on to another one, that is not asked before a yes', async () => {
  const { url, asked } = await startSite();
  expect(await fetchIt(`${url}/moved?to=/groq.lua`)).toEqual({ type: 'moved', url: `${url}/groq.lua` });
  expect(await fetchIt(`${url}/moved?to=https://example.com/a.lua`)).toEqual({
    type: 'moved',
    url: 'https://example.com/a.lua',
  });
  for (const to of ['http://192.168.0.1/a.lua', 'file:///etc/passwd', '//'])
    await expect(fetchIt(`${url}/moved?to=${to}`)).rejects.toThrow(
      /leads on to an address Parley does not ask/,
    );
  expect(asked.every(path => path.startsWith('/moved'))).toBe(true);
});

test('what is no script, or too large, or not to be asked is refused in one sentence', async () => {
  const { url, asked } = await startSite();
  await expect(fetchIt(`${url}/large.lua`)).rejects.toThrow(/sent more than a script can be/);
  await expect(fetchIt(`${url}/page.lua`)).rejects.toThrow(/sent a web page/);
  await expect(fetchIt(`${url}/none.lua`)).rejects.toThrow(/answered with status 404/);
  const before = asked.length;
  await expect(fetchIt('http://example.com/a.lua')).rejects.toThrow(/from https addresses only/);
  await expect(fetchIt(url.replace('http://', 'http://me:pw@'))).rejects.toThrow(/from https addresses only/);
  expect(asked).toHaveLength(before);
});
