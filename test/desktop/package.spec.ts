/// <reference lib="dom" />
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import { expect } from '@playwright/test';

import { startHttpProxy } from '../support/local-proxies.ts';
import { root, send, test } from './parley-app.ts';
import { startRelease } from './release-app.ts';

const unpacked = {
  linux: 'linux-unpacked/parley',
  win32: 'win-unpacked/Parley.exe',
  darwin: `${process.arch === 'arm64' ? 'mac-arm64' : 'mac'}/Parley.app/Contents/MacOS/Parley`,
};
const executable = join(root, 'release', unpacked[process.platform as keyof typeof unpacked]);
const updateFile = join(dirname(executable), 'resources/app-update.yml');
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

// Sizes, source maps and stray packages are checked by the script itself, which then fails.
test.beforeAll(() => {
  test.setTimeout(240_000);
  execFileSync(process.execPath, ['scripts/package.ts'], { cwd: root, stdio: 'pipe' });
  expect(existsSync(executable)).toBe(true);
});

test('the packaged app starts and answers', async ({ dataDir }) => {
  test.setTimeout(120_000);
  const release = await startRelease(executable, [...asRoot, '--disable-gpu', '--data-dir', dataDir]);
  try {
    const { page } = release;
    await send(page, 'Men are all alike.');
    await expect(page.getByRole('article')).toContainText('In what way');
  } finally {
    expect(await release.stop()).toBe(0);
  }
  expect(existsSync(join(dataDir, 'parley.running'))).toBe(false);
});

test('the packaged app tells of a newer version, and asks for it as nobody in particular', async ({
  dataDir,
}) => {
  test.skip(
    process.platform !== 'linux',
    'Elsewhere the resources lie in another place, and it could install.',
  );
  test.setTimeout(120_000);
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    response.end(`version: 99.0.0\npath: Parley.AppImage\nsha512: ${'A'.repeat(86)}==\n`);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  writeFileSync(
    updateFile,
    `provider: generic\nurl: http://127.0.0.1:${String(port)}\nupdaterCacheDirName: parley\n`,
  );
  const release = await startRelease(executable, [...asRoot, '--disable-gpu', '--data-dir', dataDir]);
  try {
    const { page } = release;
    await page.evaluate(() => (location.hash = '/settings/about'));
    await page.getByRole('button', { name: 'Check for updates' }).click();
    await expect(page.getByText('Version 99.0.0 is there. Install it the way')).toBeVisible();
    await expect(page.getByRole('status').filter({ hasText: 'Parley 99.0.0 is there.' })).toBeVisible();
    // A folder that was unpacked by hand is none Parley could replace.
    await expect(page.getByRole('button', { name: 'Download' })).toHaveCount(0);
  } finally {
    await release.stop();
    rmSync(updateFile);
    server.close();
  }
  expect(asked).toHaveLength(1);
  expect(asked[0]?.headers['x-user-staging-id']).toBe('none');
  expect(asked[0]?.headers.cookie).toBeUndefined();
});

test('a newer version is fetched through the configured proxy, and waits to be installed', async ({
  dataDir,
}) => {
  test.skip(process.platform !== 'linux', 'An AppImage is replaced as a file; others run an installer.');
  test.setTimeout(120_000);
  const bytes = randomBytes(200_000);
  const sha512 = createHash('sha512').update(bytes).digest('base64');
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/latest-linux.yml')) {
      const size = String(bytes.length);
      response.end(
        `version: 99.0.0\nfiles:\n  - url: Parley.AppImage\n    sha512: ${sha512}\n    size: ${size}\npath: Parley.AppImage\nsha512: ${sha512}\n`,
      );
    } else response.end(bytes);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const proxy = await startHttpProxy({ login: 'me:secret' });
  // A name that only the proxy knows.
  writeFileSync(
    updateFile,
    `provider: generic\nurl: http://upstream.test:${String(port)}\nupdaterCacheDirName: parley\n`,
  );
  writeFileSync(
    join(dataDir, 'parley.yaml'),
    `gateway: { port: 0 }\nnetwork: { proxy: "http://me:secret@${proxy.host}" }\n`,
  );
  const image = join(dataDir, 'Installed.AppImage');
  writeFileSync(image, 'the old one');
  const cache = join(dataDir, 'cache');
  const env = { APPIMAGE: image, XDG_CACHE_HOME: cache };
  const release = await startRelease(executable, [...asRoot, '--disable-gpu', '--data-dir', dataDir], env);
  try {
    const { page } = release;
    await page.evaluate(() => (location.hash = '/settings/about'));
    await page.getByRole('button', { name: 'Check for updates' }).click();
    await page.getByRole('button', { name: 'Download', exact: true }).click();
    await expect(page.getByText('Version 99.0.0 is downloaded. It is installed when')).toBeVisible({
      timeout: 30_000,
    });
    await expect(page.getByRole('button', { name: 'Restart and install' }).first()).toBeVisible();
  } finally {
    await release.stop();
    rmSync(updateFile);
    server.close();
    await proxy.close();
  }
  const base = `GET http://upstream.test:${String(port)}`;
  expect(proxy.asked.filter(asked => asked.startsWith(`${base}/latest-linux.yml`)).length).toBeGreaterThan(0);
  expect(proxy.asked).toContain(`${base}/Parley.AppImage`);
  // Nothing was put in place without a yes, also not at the end.
  expect(readFileSync(image, 'utf8')).toBe('the old one');
  expect(readFileSync(join(cache, 'parley/pending/Parley.AppImage'))).toEqual(bytes);
});

test('the packaged program is of no use for anything but being Parley', () => {
  expect(readFuses()).toEqual({
    RunAsNode: 'off',
    EnableCookieEncryption: 'on',
    EnableNodeOptionsEnvironmentVariable: 'off',
    EnableNodeCliInspectArguments: 'off',
    EnableEmbeddedAsarIntegrityValidation: 'on',
    OnlyLoadAppFromAsar: 'on',
  });
});

test('the packaged program is its own command line, and runs nobody else’s code', ({ dataDir }) => {
  const mark = join(dataDir, 'ran');
  const script = join(dataDir, 'foreign.cjs');
  writeFileSync(script, `require('fs').writeFileSync(${JSON.stringify(mark)}, '')`);
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: `--require ${script}` };
  const run = (...args: string[]) =>
    spawnSync(executable, [...asRoot, ...args], { env, encoding: 'utf8', timeout: 60_000 });
  const usage = run('usage', '--json', '--data-dir', dataDir);
  expect(JSON.parse(usage.stdout)).toMatchObject({});
  expect(usage.status).toBe(0);
  const wrong = run('keys', 'nonsense', '--data-dir', dataDir);
  expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('There is no "nonsense" here')]);
  expect(existsSync(mark)).toBe(false);
});

test('the packaged command line needs no display, and ends as it is told to', async ({ dataDir }) => {
  test.skip(process.platform !== 'linux', 'Elsewhere there is always one.');
  test.setTimeout(120_000);
  const { DISPLAY: _x11, WAYLAND_DISPLAY: _wayland, ...env } = process.env;
  const own = ['--data-dir', dataDir];
  const run = (...args: string[]) =>
    spawnSync(executable, [...asRoot, ...args, ...own], {
      env,
      encoding: 'utf8',
      timeout: 60_000,
      killSignal: 'SIGKILL',
      input: '',
    });
  const created = run('keys', 'create', 'Tool', '--json');
  expect(JSON.parse(created.stdout)).toMatchObject({ name: 'Tool' });
  expect(created.status).toBe(0);
  const wrong = run('keys', 'nonsense');
  expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('There is no "nonsense" here')]);

  const serve = spawn(executable, [...asRoot, 'serve', '--json', ...own], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<number | null>(resolve => serve.once('exit', resolve));
  const [line] = (await once(createInterface({ input: serve.stdout }), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  expect((await fetch(`${url}/health`)).status).toBe(200);
  serve.kill('SIGTERM');
  expect(await ended).toBe(0);
  // It was closed, not killed.
  expect(existsSync(join(dataDir, 'parley.running'))).toBe(false);
});

/** As they stand in the program itself: each is a sign behind a mark that is looked for in its bytes. */
function readFuses(): Record<string, string> {
  const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
  const file = createRequire(builder.resolve('app-builder-lib')).resolve('@electron/fuses');
  const read = `import(${JSON.stringify(file)}).then(async ({ getCurrentFuseWire, FuseV1Options }) => {
    const wire = await getCurrentFuseWire(${JSON.stringify(executable)});
    const names = Object.keys(FuseV1Options).filter(name => Number.isNaN(Number(name)) && wire[FuseV1Options[name]]);
    console.log(JSON.stringify(names.map(name => [name, wire[FuseV1Options[name]] === 49 ? 'on' : 'off'])));
  })`;
  const all = execFileSync(process.execPath, ['-e', read], { encoding: 'utf8' });
  const known = new Map(JSON.parse(all) as [string, string][]); // written by the line above
  known.delete('LoadBrowserProcessSpecificV8Snapshot');
  known.delete('GrantFileProtocolExtraPrivileges');
  return Object.fromEntries(known);
}
