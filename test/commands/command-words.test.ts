import { expect, it } from 'vitest';

import { commandWords } from '../../electron/commands/command-words.ts';

it.each([
  [
    ['serve', '--port', '0'],
    ['serve', '--port', '0'],
  ],
  [
    ['--no-sandbox', '--ozone-platform=headless', 'chat', '-m', 'a/b', 'hi'],
    ['chat', '-m', 'a/b', 'hi'],
  ],
  [
    ['--data-dir', '/tmp/p', 'usage'],
    ['--data-dir', '/tmp/p', 'usage'],
  ],
  [
    ['--data-dir=/tmp/p', '--json', 'usage'],
    ['--data-dir=/tmp/p', '--json', 'usage'],
  ],
  [['--version'], ['--version']],
])('takes the command out of %j', (args, words) => expect(commandWords(args)).toEqual(words));

it.each([
  [[]],
  [['--no-sandbox', '--data-dir', '/tmp/p']],
  [['--data-dir', 'serve']],
  [['parley://import?url=x', 'serve']],
  [['/home/me/my.lua']],
  [['constructor']],
])('opens the window for %j', args => expect(commandWords(args)).toBeUndefined());
