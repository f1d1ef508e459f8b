import { expect, it, vi } from 'vitest';

import { createEngineLog } from '../../electron/logs/engine-log.ts';

function makeLog(keepsScripts: boolean) {
  const write = vi.fn();
  const add = vi.fn();
  return { write, add, say: createEngineLog({ write }, { add }, () => keepsScripts) };
}

it('keeps what a script logs out of the log file, and shows it in the studio', () => {
  const { write, add, say } = makeLog(false);
  say('acme', 'error', 'asked: my secret diary', 'script');
  expect(write).not.toHaveBeenCalled();
  expect(add).toHaveBeenCalledExactlyOnceWith('acme', 'error', 'asked: my secret diary');
});

it('writes what the engine itself says, and a script’s lines where that was asked for', () => {
  const own = makeLog(false);
  own.say('acme', 'warn', 'an entry was left out');
  expect(own.write).toHaveBeenCalledExactlyOnceWith('warn', '[acme] an entry was left out');
  const asked = makeLog(true);
  asked.say('acme', 'info', 'hello', 'script');
  expect(asked.write).toHaveBeenCalledExactlyOnceWith('info', '[acme] hello');
});
