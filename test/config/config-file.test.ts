import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { openConfigFile } from '../../electron/config/config-file.ts';
import type { ConfigFile } from '../../electron/config/config-file.ts';
import { defaultConfigText } from '../../electron/config/default-config.ts';
import { addBackend, removeBackend, setBackendKey, setGateway } from '../../electron/config/edit-config.ts';
import type { WatchOptions } from '../../electron/config/watch-file.ts';
import { configSchema } from '../../electron/contract/config.ts';
import type { Config, ConfigProblem } from '../../electron/contract/config.ts';

const defaults = configSchema.parse({});
let folder: string;
let file: string;
let open: ConfigFile[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-config-'));
  file = join(folder, 'parley.yaml');
  open = [];
});
afterEach(async () => {
  for (const config of open) await config.close();
  await rm(folder, { recursive: true, force: true });
});

async function openConfig(path = file, watch: WatchOptions = { quietMs: 20 }) {
  const onChange = vi.fn<(config: Config) => void>();
  const onProblem = vi.fn<(problem: ConfigProblem | null) => void>();
  const config = await openConfigFile({ file: path, onChange, onProblem, watch });
  open.push(config);
  return { config, onChange, onProblem };
}

const run = (program: string, args: string[]) => execFileSync(program, args, { stdio: 'ignore' });
/** Long enough for the watcher to have noticed what it is not to report. */
const settle = () => sleep(700);
const port = (config: ConfigFile) => config.current().gateway.port;
const setPort = (config: ConfigFile, value: number) =>
  config.update(document => setGateway(document, { port: value }));

describe('the first start', () => {
  test('writes a commented default that only its owner can read', async () => {
    const { config, onChange, onProblem } = await openConfig();
    expect(await readFile(file, 'utf8')).toBe(defaultConfigText);
    expect(config.current()).toEqual(defaults);
    expect(config.problem()).toBeNull();
    // Windows knows read-only or not, and nothing else.
    expect((await stat(file)).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
    expect(onChange).not.toHaveBeenCalled();
    expect(onProblem).not.toHaveBeenCalled();
  });

  test('reads what is there, without a report of a change', async () => {
    await writeFile(file, '# mine\ngateway: { port: 1 }\n');
    const { config, onChange } = await openConfig();
    expect(port(config)).toBe(1);
    expect(onChange).not.toHaveBeenCalled();
    expect(await readFile(file, 'utf8')).toBe('# mine\ngateway: { port: 1 }\n');
  });

  test('where nothing can be written, the defaults are in force and it says so', async () => {
    const { config, onProblem } = await openConfig(join(folder, 'missing', 'parley.yaml'));
    expect(config.current()).toEqual(defaults);
    expect(onProblem).toHaveBeenCalledExactlyOnceWith({
      file: join(folder, 'missing', 'parley.yaml'),
      message: expect.stringContaining('make its folder writable'),
    });
  });
});

describe('a file that is broken at the start', () => {
  test.each<[string, string | Buffer, Partial<ConfigProblem>]>([
    ['YAML', 'gateway:\n\tport: 1\n', { line: 2, column: 1, message: expect.stringContaining('tabs') }],
    [
      'a field',
      'gateway: { port: x }',
      { line: 1, column: 18, message: expect.stringContaining('gateway.port') },
    ],
    [
      'not UTF-8',
      Buffer.from([0xff, 0xfe, 0x61, 0]),
      { message: expect.stringContaining('save it as UTF-8') },
    ],
    ['huge', `#${'x'.repeat(1024 * 1024)}`, { message: expect.stringContaining('larger than 1 MB') }],
  ])('%s: the defaults are in force, and it is left as it is', async (_name, content, problem) => {
    await writeFile(file, content);
    const { config, onChange, onProblem } = await openConfig();
    expect(config.current()).toEqual(defaults);
    expect(config.problem()).toEqual({ file, ...problem });
    expect(onProblem).toHaveBeenCalledExactlyOnceWith(config.problem());
    expect(onChange).not.toHaveBeenCalled();
    await expect(setPort(config, 1)).rejects.toMatchObject({ code: 'config_invalid' });
    expect(await readFile(file)).toEqual(Buffer.from(content));
  });

  test('a folder in its place', async () => {
    await mkdir(file);
    const { config } = await openConfig();
    expect(config.problem()?.message).toContain('this is a folder');
    await expect(setPort(config, 1)).rejects.toMatchObject({ code: 'config_invalid' });
    expect((await stat(file)).isDirectory()).toBe(true);
  });

  test.skipIf(process.platform === 'win32')('a pipe in its place is not waited for', async () => {
    run('mkfifo', [file]);
    const { config } = await openConfig();
    expect(config.problem()?.message).toContain('not a regular file');
  });

  test.skipIf(process.platform === 'win32')('a file nobody may read', async () => {
    await writeFile(file, 'gateway: { port: 1 }');
    await chmod(file, 0);
    await asOrdinaryUser(async () => {
      const { config } = await openConfig();
      expect(config.current()).toEqual(defaults);
      expect(config.problem()?.message).toContain('cannot be read');
      await expect(setPort(config, 1)).rejects.toMatchObject({ code: 'config_invalid' });
    });
    expect(await readFile(file, 'utf8')).toBe('gateway: { port: 1 }');
  });
});

describe('changes by hand', () => {
  test('are in force at once', async () => {
    const { config, onChange } = await openConfig();
    await writeFile(file, 'gateway: { port: 1 }');
    await vi.waitFor(() => expect(port(config)).toBe(1), 5000);
    expect(onChange).toHaveBeenCalledExactlyOnceWith(config.current());
  });

  test('are seen again and again when an editor replaces the file', async () => {
    const { config, onChange } = await openConfig();
    for (const value of [1, 2, 3]) {
      await writeFile(`${file}.swp`, `gateway: { port: ${value} }`);
      await rename(file, `${file}~`);
      await rename(`${file}.swp`, file);
      await vi.waitFor(() => expect(port(config)).toBe(value), 5000);
    }
    expect(onChange).toHaveBeenCalledTimes(3);
    expect(config.problem()).toBeNull();
  });

  test('of comments and order alone are no change', async () => {
    await writeFile(file, 'gateway: { port: 1, host: localhost }');
    const { onChange, onProblem } = await openConfig();
    await writeFile(file, '# new\ngateway:\n  host: localhost\n  port: 1\n');
    await settle();
    expect(onChange).not.toHaveBeenCalled();
    expect(onProblem).not.toHaveBeenCalled();
  });

  test('that break it are reported, the last good state stays, and mending ends it', async () => {
    await writeFile(file, 'gateway: { port: 1 }');
    const { config, onChange, onProblem } = await openConfig();
    await writeFile(file, 'gateway:\n  port: 2\n  prot: 3\n');
    await vi.waitFor(() => expect(config.problem()).not.toBeNull(), 5000);
    expect(config.problem()).toEqual({
      file,
      line: 3,
      column: 3,
      message: 'unknown key prot in gateway; did you mean port?',
    });
    expect(port(config)).toBe(1);
    await writeFile(file, 'gateway:\n  port: 2\n');
    await vi.waitFor(() => expect(port(config)).toBe(2), 5000);
    expect(onProblem.mock.calls.map(([problem]) => problem?.line ?? null)).toEqual([3, null]);
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  test('that empty it for a moment drop nothing', async () => {
    await writeFile(file, 'gateway: { port: 1 }');
    const { config, onChange } = await openConfig();
    await writeFile(file, '');
    await sleep(150);
    await writeFile(file, 'gateway: { port: 2 }');
    await vi.waitFor(() => expect(port(config)).toBe(2), 5000);
    expect(onChange.mock.calls.map(([next]) => next.gateway.port)).toEqual([2]);
  });

  test('that empty it for good mean the defaults', async () => {
    await writeFile(file, 'gateway: { port: 1 }');
    const { config } = await openConfig();
    await writeFile(file, '');
    await vi.waitFor(() => expect(config.current()).toEqual(defaults), 5000);
  });

  test('that delete it keep the last good state, and the next save restores it', async () => {
    await writeFile(file, '# mine\ngateway: { port: 1 }\n');
    const { config, onChange } = await openConfig();
    await unlink(file);
    await vi.waitFor(() => expect(config.problem()?.message).toContain('the file is gone'), 5000);
    expect(port(config)).toBe(1);
    expect(onChange).not.toHaveBeenCalled();
    await config.update(document => setGateway(document, { host: 'localhost' }));
    expect(await readFile(file, 'utf8')).toBe('# mine\ngateway: { port: 1, host: localhost }\n');
    expect(config.problem()).toBeNull();
  });

  test('are seen by looking where the system reports nothing', async () => {
    const { config } = await openConfig(file, { quietMs: 10, pollMs: 50, useEvents: false });
    await sleep(100);
    await writeFile(file, 'gateway: { port: 1 }');
    await vi.waitFor(() => expect(port(config)).toBe(1), 5000);
  });

  test('are not reported once it is closed', async () => {
    const { config, onChange } = await openConfig();
    await config.close();
    await writeFile(file, 'gateway: { port: 1 }');
    await settle();
    expect(onChange).not.toHaveBeenCalled();
    await expect(setPort(config, 2)).rejects.toThrow('not saved');
  });
});

describe('changes by the app', () => {
  test('keep comments, are in force when they resolve, and are reported once', async () => {
    await writeFile(file, '# mine\ngateway:\n  port: 1   # one\n');
    const { config, onChange } = await openConfig();
    const after = await setPort(config, 2);
    expect(after.gateway.port).toBe(2);
    expect(config.current()).toBe(after);
    expect(await readFile(file, 'utf8')).toBe('# mine\ngateway:\n  port: 2 # one\n');
    await settle();
    expect(onChange).toHaveBeenCalledExactlyOnceWith(after);
  });

  test('that change nothing do not touch the file', async () => {
    const text = 'gateway:   {port: 1}';
    await writeFile(file, text);
    const { config, onChange } = await openConfig();
    const before = await stat(file);
    await setPort(config, 1);
    expect((await stat(file)).ino).toBe(before.ino);
    expect(await readFile(file, 'utf8')).toBe(text);
    expect(onChange).not.toHaveBeenCalled();
  });

  test('at the same time are all kept', async () => {
    const { config } = await openConfig();
    const names = Array.from({ length: 12 }, (_, index) => `b${index}`);
    await Promise.all(
      names.map(name => config.update(document => addBackend(document, { name, type: 'openai' }))),
    );
    expect(config.current().llm.backends.map(({ name }) => name)).toEqual(names);
  });

  test('of two programs by turns are all kept', async () => {
    const one = await openConfig();
    const two = await openConfig();
    const names = Array.from({ length: 6 }, (_, index) => `b${index}`);
    for (const name of names) {
      await one.config.update(document => addBackend(document, { name: `${name}-one`, type: 'openai' }));
      await two.config.update(document => addBackend(document, { name: `${name}-two`, type: 'openai' }));
    }
    expect(two.config.current().llm.backends).toHaveLength(12);
    await vi.waitFor(() => expect(one.config.current()).toEqual(two.config.current()), 5000);
  });

  test('start from what is on disk, also before the watcher has seen it', async () => {
    const { config } = await openConfig(file, { useEvents: false });
    await writeFile(file, '# by hand\ngateway: { host: localhost }\n');
    await setPort(config, 2);
    expect(await readFile(file, 'utf8')).toBe('# by hand\ngateway: { host: localhost, port: 2 }\n');
    expect(config.current().gateway).toMatchObject({ host: 'localhost', port: 2 });
  });

  test('run again when somebody writes the file between reading and writing it', async () => {
    await writeFile(file, 'gateway: { port: 1 }\n');
    const { config } = await openConfig(file, { useEvents: false });
    let runs = 0;
    // The edit runs synchronously, so its own write is exactly between.
    const { writeFileSync } = await import('node:fs');
    await config.update(document => {
      runs++;
      if (runs === 1) writeFileSync(file, '# quick\ngateway: { port: 1, host: localhost }\n');
      setGateway(document, { port: 2 });
    });
    expect(runs).toBe(2);
    expect(await readFile(file, 'utf8')).toBe('# quick\ngateway: { port: 2, host: localhost }\n');
  });

  test('to a file that is broken now are refused with its line, and leave it alone', async () => {
    await writeFile(file, 'gateway: { port: 1 }\n');
    const { config, onProblem } = await openConfig(file, { useEvents: false });
    const precious = 'gateway: { port: 1 }\nllm:\n  backend:\n    - half a thought\n';
    await writeFile(file, precious);
    await expect(setPort(config, 2)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(`${file}:3:3: unknown key backend in llm; did you mean backends?`),
    });
    expect(await readFile(file, 'utf8')).toBe(precious);
    expect(port(config)).toBe(1);
    expect(onProblem).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ line: 3, column: 3 }));
  });

  test('that would make it invalid are refused, and the next one works', async () => {
    const { config, onChange } = await openConfig();
    await expect(setPort(config, 70_000)).rejects.toMatchObject({
      code: 'config_invalid',
      message:
        'This change would make parley.yaml invalid and was not saved: gateway.port must be at most 65535.',
    });
    expect(await readFile(file, 'utf8')).toBe(defaultConfigText);
    await setPort(config, 1);
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  test('that throw change nothing', async () => {
    const { config } = await openConfig();
    await expect(
      config.update(document => {
        setGateway(document, { port: 1 });
        removeBackend(document, 'nobody');
      }),
    ).rejects.toMatchObject({ code: 'unknown_backend' });
    expect(await readFile(file, 'utf8')).toBe(defaultConfigText);
  });

  test('that remove what another line refers to are refused', async () => {
    const text = 'llm:\n  backends:\n    - &a { name: a, type: a }\n    - { <<: *a, name: b }\n';
    await writeFile(file, text);
    const { config } = await openConfig();
    await expect(config.update(document => removeBackend(document, 'a'))).rejects.toMatchObject({
      code: 'config_invalid',
    });
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  test('a refused key is in no message', async () => {
    await writeFile(file, 'llm:\n  backends:\n    - { name: a, type: a, timeout_ms: 1 }\n');
    const { config } = await openConfig();
    const error: unknown = await config
      .update(document => {
        setBackendKey(document, 'a', 'sk-made-up-key');
        document.setIn(['llm', 'backends', 0, 'timeout_ms'], 'sk-made-up-key');
      })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'config_invalid' });
    expect(String(error)).not.toContain('made-up');
  });

  test('keep the byte order mark some editors want', async () => {
    await writeFile(file, '\uFEFFgateway: { port: 1 }\n');
    const { config } = await openConfig();
    await setPort(config, 2);
    expect(await readFile(file, 'utf8')).toBe('\uFEFFgateway: { port: 2 }\n');
  });
});

describe.skipIf(process.platform === 'win32')('the file itself', () => {
  test('keeps its mode, and no temporary file stays', async () => {
    await writeFile(file, 'gateway: { port: 1 }\n', { mode: 0o640 });
    const { config } = await openConfig();
    await setPort(config, 2);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect(await readdir(folder)).toEqual(['parley.yaml']);
  });

  test.skipIf(process.geteuid?.() !== 0)('keeps its owner, also when root changes it', async () => {
    await writeFile(file, 'gateway: { port: 1 }\n');
    await chown(file, 65_534, 65_534);
    const { config } = await openConfig();
    await setPort(config, 2);
    expect(await stat(file)).toMatchObject({ uid: 65_534, gid: 65_534 });
  });

  test('stays a link, and what it points at is read, watched and written', async () => {
    const dotfiles = join(folder, 'dotfiles');
    await mkdir(dotfiles);
    await writeFile(join(dotfiles, 'p.yaml'), 'gateway: { port: 1 }\n');
    await symlink(join('dotfiles', 'p.yaml'), file);
    const { config } = await openConfig();
    await setPort(config, 2);
    expect((await lstat(file)).isSymbolicLink()).toBe(true);
    expect(await readFile(join(dotfiles, 'p.yaml'), 'utf8')).toBe('gateway: { port: 2 }\n');
    expect(await readdir(dotfiles)).toEqual(['p.yaml']);
    await writeFile(join(dotfiles, 'p.yaml'), 'gateway: { port: 3 }\n');
    await vi.waitFor(() => expect(port(config)).toBe(3), 5000);
  });

  test('is written where a link points that leads nowhere yet', async () => {
    await symlink('later.yaml', file);
    const { config } = await openConfig();
    expect(config.problem()).toBeNull();
    expect(await readFile(join(folder, 'later.yaml'), 'utf8')).toBe(defaultConfigText);
    expect((await lstat(file)).isSymbolicLink()).toBe(true);
  });

  test('in a read-only folder is read, and a change is refused with the way out', async () => {
    await writeFile(file, 'gateway: { port: 1 }\n', { mode: 0o644 });
    await asOrdinaryUser(async () => {
      await chmod(folder, 0o500);
      const { config } = await openConfig();
      expect(port(config)).toBe(1);
      await expect(setPort(config, 2)).rejects.toMatchObject({
        code: 'data_dir_unwritable',
        message: expect.stringContaining('make its folder writable'),
      });
      expect(port(config)).toBe(1);
    });
    expect(await readFile(file, 'utf8')).toBe('gateway: { port: 1 }\n');
  });
});

describe.skipIf(process.platform !== 'linux' || process.geteuid?.() !== 0)('a full disk (needs root)', () => {
  test('loses nothing: the file, what is in force and the next save', async context => {
    try {
      run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
    } catch {
      context.skip('this machine does not let root mount a small tmpfs');
    }
    try {
      await writeFile(file, 'gateway: { port: 1 }\n');
      const { config } = await openConfig();
      await writeFile(join(folder, 'filler'), Buffer.alloc(64 * 1024)).catch(() => undefined);
      await expect(setPort(config, 2)).rejects.toMatchObject({
        code: 'disk_full',
        message: expect.stringContaining('free some space'),
      });
      expect(await readFile(file, 'utf8')).toBe('gateway: { port: 1 }\n');
      expect((await readdir(folder)).sort()).toEqual(['filler', 'parley.yaml']);
      expect(port(config)).toBe(1);
      await rm(join(folder, 'filler'));
      await setPort(config, 2);
      expect(await readFile(file, 'utf8')).toBe('gateway: { port: 2 }\n');
      await config.close();
    } finally {
      run('umount', ['-l', folder]);
    }
  });
});

/** Root may do everything, so as root the test steps down for a while. */
async function asOrdinaryUser(check: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return check();
  const nobody = 65_534;
  await chown(folder, nobody, nobody);
  process.seteuid?.(nobody);
  try {
    await check();
  } finally {
    process.seteuid?.(0);
  }
}
