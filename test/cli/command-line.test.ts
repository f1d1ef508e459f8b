import { afterAll, describe, expect, it, vi } from 'vitest';

import { runCommand } from '../../electron/commands/run-command.ts';
import { toAppError } from '../../electron/contract/errors.ts';
import { makeDataDir, removeDir, runParley } from '../support/start-parley.ts';
import type { ParleyRun } from '../support/start-parley.ts';

// A process takes half a second, and many seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const dataDir = makeDataDir();
afterAll(() => removeDir(dataDir));

const commands = ['serve', 'doctor', 'models', 'chat', 'providers', 'keys', 'secrets', 'usage'];

/** What cli.ts does, without the half second a process takes. */
async function run(args: string[], env: Record<string, string> = {}): Promise<ParleyRun> {
  const out = { stdout: '', stderr: '' };
  const line = {
    env,
    print: (text: string) => void (out.stdout += `${text}\n`),
    warn: (text: string) => void (out.stderr += `${text}\n`),
  };
  const code = await runCommand(args, line).catch((error: unknown) => {
    line.warn(`parley: ${toAppError(error).message}`);
    return 1;
  });
  return { code, ...out };
}

describe('help', () => {
  it('names every command', async () => {
    for (const args of [['help'], ['--help'], ['-h']]) {
      const { code, stdout, stderr } = await run(args);
      expect([code, stderr]).toEqual([0, '']);
      for (const command of commands) expect(stdout).toContain(`parley ${command}`);
    }
  });

  it('is what a bare call shows, which is no success', async () => {
    const { code, stdout } = await run([]);
    expect([code, stdout.includes('parley serve')]).toEqual([1, true]);
  });

  it('explains one command without touching the data directory', async () => {
    const { code, stdout } = await run(['serve', '--help', '--data-dir', '/dev/null/nowhere']);
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'parley serve [--port N] [--ui] [--safe]']);
  });

  it('tells the version', async () => {
    const { code, stdout } = await runParley(['--version']);
    expect([code, /^\d+\.\d+\.\d+\n$/.test(stdout)]).toEqual([0, true]);
  });
});

describe('what cannot be done', () => {
  it.each([
    [['nothing'], 'There is no command "nothing"'],
    [['constructor'], 'There is no command "constructor"'],
    [['serve', '--port', 'junk'], '--port takes a number'],
    [['serve', '--port', '70000'], '--port takes a number'],
    [['serve', '--port', '-1'], '--port is not given as it has to be'],
    [['serve', '--port=-1'], '--port takes a number'],
    [['serve', '--nope'], '--nope is no option here'],
    [['serve', '8080'], 'There is a word too many. Use: parley serve'],
    [['keys'], 'Say what to do'],
    [['keys', 'make'], 'There is no "make" here'],
    [['keys', 'create'], 'The name is missing'],
    [['keys', 'create', '   '], 'A key needs a name'],
    [['keys', 'create', 'chat'], 'Choose another name'],
    [['keys', 'create', 'my', 'tool'], 'There is a word too many'],
    [['keys', 'revoke', 'nobody'], 'There is no key "nobody"'],
    [['secrets', 'set'], 'The account is missing'],
    [['secrets', 'show'], 'There is no "show" here'],
    [['providers'], 'Say what to do'],
    [['usage', '--by', 'junk'], '--by takes one of model, backend, client, day'],
    [['usage', '--since', 'junk'], '--since takes a date'],
    [['chat', 'Hello'], 'Which model?'],
    [['chat', '-o', 'x', '-m'], 'is not given as it has to be'],
  ])('is said in one line on stderr: %j', async (args, sentence) => {
    const { code, stdout, stderr } = await run([...args, '--data-dir', dataDir]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^parley: [^\n]+\n$/);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/\bat .*:\d+/); // no stack
  });

  it('ends the process with 1, and stderr has the one line', async () => {
    const [unknown, silent] = await Promise.all([
      runParley(['nothing'], { dataDir }),
      runParley(['chat', '-m', 'eliza/eliza'], { dataDir }),
    ]);
    expect(unknown).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^parley: There is no command [^\n]+\n$/) as string,
    });
    expect(silent).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^parley: What is the question\?[^\n]+\n$/) as string,
    });
  });

  it('is not repeated where it may be a key typed in the wrong place', async () => {
    const key = 'sk-typed-as-an-argument-0123456789';
    const { code, stdout, stderr } = await run(['secrets', 'set', 'work', key, '--data-dir', dataDir]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).not.toContain(key);
  });

  it('is said where the data directory is empty text, rather than taking the usual one', async () => {
    const { code, stderr } = await run(['keys', 'list', '--data-dir', '']);
    expect([code, stderr]).toEqual([1, 'parley: --data-dir is empty; give it a folder or leave it out.\n']);
  });
});

describe('the data directory', () => {
  it('is named by an option behind the command, before it, or by the environment', async () => {
    await run(['keys', 'create', 'somebody', '--data-dir', dataDir]);
    const runs = [
      await run(['keys', 'list', '--json', '--data-dir', dataDir]),
      await run(['--json', '--data-dir', dataDir, 'keys', 'list']),
      await run([`--data-dir=${dataDir}`, 'keys', 'list', '--json']),
      await run(['keys', 'list', '--json'], { PARLEY_DATA_DIR: dataDir }),
    ];
    for (const { code, stdout } of runs) {
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject([{ name: 'somebody' }]);
    }
  });
});
