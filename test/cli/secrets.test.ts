import { afterAll, describe, expect, it, vi } from 'vitest';

import {
  makeDataDir,
  readLog,
  removeDir,
  runParley,
  writeConfig,
  writePlainScript,
} from '../support/start-parley.ts';

// A process takes half a second, and many seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

// Against a real keychain: test/engine/keys/secret-service.test.ts. Here there is none: no D-Bus, no session.
const dataDir = makeDataDir();
afterAll(() => removeDir(dataDir));

const secret = 'sk-meant-for-the-keychain-0123456789';

describe.skipIf(process.platform !== 'linux')('secrets where there is no keychain', () => {
  it.each([
    [['secrets', 'set', 'work']],
    [['secrets', 'set', 'work', '--json']],
    [['secrets', 'remove', 'work']],
    [['secrets', 'remove', 'work', '--json']],
  ])('are refused in one sentence: %j', async args => {
    const { code, stdout, stderr } = await runParley(args, { dataDir, input: `${secret}\n` });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^parley: The system keychain cannot be used: [^\n]+\n$/);
    expect(stderr).toContain('env:NAME');
    expect(stderr).not.toContain(secret);
  });

  it('are refused where nothing was given', async () => {
    const { code, stderr } = await runParley(['secrets', 'set', 'work'], { dataDir, input: ' \n' });
    expect([code, stderr]).toEqual([1, 'parley: No key was given, so nothing was stored.\n']);
  });

  it('leave the rest of the app working: the backend says why, the others answer', async () => {
    writePlainScript(dataDir);
    writeConfig(
      dataDir,
      'llm: { backends: [{ name: locked, type: plain, url: "http://127.0.0.1:9", api_key: "keychain:work" }] }\n',
    );
    const [chat, doctor] = await Promise.all([
      runParley(['chat', '-m', 'eliza/eliza', 'Hello'], { dataDir }),
      runParley(['doctor', '--json'], { dataDir }),
    ]);
    expect(chat).toMatchObject({ code: 0, stderr: '' });
    expect(doctor.code).toBe(1);
    const { backends } = JSON.parse(doctor.stdout) as {
      backends: { name: string; ok: boolean; key_error: { code: string } | null }[];
    };
    expect(backends.find(({ name }) => name === 'locked')).toMatchObject({
      ok: false,
      key_error: { code: 'keychain_unavailable' },
    });
    expect(backends.find(({ name }) => name === 'eliza')).toMatchObject({ ok: true });
    expect(readLog(dataDir)).not.toContain(secret);
  });
});
