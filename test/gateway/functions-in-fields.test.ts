import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..', 'electron');
const folders = ['gateway', 'engine', 'dialects', 'store'];
/** They run once a worker, not once a call. */
const seldom = ['engine/lua/'];

/** `object.field = (…) => …`, also with `??=` and `function`. */
const writtenIntoField =
  /[\w\])]\.#?\w+ (?:\?\?)?= (?:async )?(?:function\b|(?:\([^()]*\)|\w+)(?:: [\w<>[\] ]+)? =>)/;

const isWrittenIntoField = (line: string): boolean =>
  writtenIntoField.test(line) && !/^\s*(?:export )?(?:const|let|type) /.test(line);

// V8 makes such a function an old object at once, which keeps all it refers to until the next full collection. Given
// through a call, or by a name of its own, it lives as long as its call does.
test('no function is written straight into a field on the way of a call', () => {
  const found = folders.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map(file => join(folder, file).replaceAll('\\', '/'))
      .filter(file => file.endsWith('.ts') && !seldom.some(path => file.startsWith(path)))
      .flatMap(file =>
        readFileSync(join(root, file), 'utf8')
          .split('\n')
          .flatMap((line, index) => (isWrittenIntoField(line) ? [`${file}:${String(index + 1)}`] : [])),
      ),
  );
  expect(found).toEqual([]);
});

test.each([
  ['  call.fail = error => {', true],
  ['  this.#body = (inner: string) => inner;', true],
  ['a.b ??= async () => 1;', true],
  ['x[0].late = function () {', true],
  ['  const fail = error => {', false],
  ['  const resolve: typeof engine.resolve = async (name, options) => {', false],
  ['  list.items = items.map(item => item);', false],
  ['  a.b = make(() => 1);', false],
])('the search knows what it is for: %s', (line, isOne) => {
  expect(isWrittenIntoField(line)).toBe(isOne);
});
