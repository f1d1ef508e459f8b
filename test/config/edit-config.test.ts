import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import type { Document } from 'yaml';

import { defaultConfigText } from '../../electron/config/default-config.ts';
import {
  addBackend,
  removeBackend,
  setBackendKey,
  setGateway,
  updateBackend,
} from '../../electron/config/edit-config.ts';
import { writeDocument } from '../../electron/config/keep-formatting.ts';
import { parseConfig } from '../../electron/config/parse-config.ts';

/** The text after an edit, which has to be a valid configuration. */
function edit(text: string, change: (document: Document) => void): string {
  const document = parseDocument(text, { merge: true });
  change(document);
  const after = writeDocument(text, parseDocument(text, { merge: true }), document);
  expect(parseConfig(after, 'parley.yaml')).toMatchObject({ type: 'good' });
  return after;
}

/** The lines two texts do not share: `-` of the first, `+` of the second. */
function diff(before: string, after: string): string[] {
  const count = (lines: string[], line: string) => lines.filter(other => other === line).length;
  const a = before.split('\n');
  const b = after.split('\n');
  const only = (mine: string[], others: string[], sign: string) =>
    mine
      .filter((line, index) => count(mine.slice(0, index + 1), line) > count(others, line))
      .map(l => sign + l);
  return [...only(a, b, '-'), ...only(b, a, '+')];
}

const handmade = `# mine
gateway:   {port: 4242,require_key: true}     # the port of old

llm:
    # first comes the cheap one
    backends:
    -   name: groq      # fast
        type: groq
        api_key: '\${GROQ_API_KEY}'   # from the shell


    -   name: work
        type: openai
        priority: 0x10
    # - name: off
    #   type: off

    aliases:
        fast:   [ groq/a,   work/b ]
# the end
`;

describe('what a person wrote stays', () => {
  test('an edit of one field changes its line only', () => {
    expect(
      diff(
        handmade,
        edit(handmade, document => updateBackend(document, 'work', { type: 'ollama' })),
      ),
    ).toEqual(['-        type: openai', '+        type: ollama']);
  });

  test('a new key keeps the quotes and the comment of the old one', () => {
    const after = edit(handmade, document => setBackendKey(document, 'groq', 'keychain:groq'));
    expect(diff(handmade, after)).toEqual([
      "-        api_key: '${GROQ_API_KEY}'   # from the shell",
      "+        api_key: 'keychain:groq' # from the shell",
    ]);
  });

  test('a new field comes after the others, with the indentation that is there', () => {
    const after = edit(handmade, document => updateBackend(document, 'work', { enabled: false }));
    expect(diff(handmade, after)).toEqual(['+        enabled: false']);
  });

  test('a backend is added the way the others are written', () => {
    const after = edit(handmade, document => addBackend(document, { name: 'new', type: 'openai' }));
    expect(diff(handmade, after)).toEqual(['+    -   name: new', '+        type: openai']);
  });

  test.each([
    ['two spaces, list indented', 'llm:\n  backends:\n    - name: a\n      type: a\n'],
    ['two spaces, list not indented', 'llm:\n  backends:\n  - name: a\n    type: a\n'],
    ['four spaces, list indented', 'llm:\n    backends:\n        - name: a\n          type: a\n'],
    ['four spaces, list not indented', 'llm:\n    backends:\n    - name: a\n      type: a\n'],
    ['four spaces, wide dashes', 'llm:\n    backends:\n    -   name: a\n        type: a\n'],
    ['one space', 'llm:\n backends:\n - name: a\n   type: a\n'],
  ])('%s: the same for the added backend', (_name, text) => {
    const lines = text.split('\n').slice(2).join('\n').replaceAll(': a', ': b');
    expect(edit(text, document => addBackend(document, { name: 'b', type: 'b' }))).toBe(text + lines);
  });

  test('a backend is removed with its lines', () => {
    const after = edit(handmade, document => removeBackend(document, 'work'));
    expect(diff(handmade, after).filter(line => line !== '-')).toEqual([
      '-    -   name: work',
      '-        type: openai',
      '-        priority: 0x10',
    ]);
  });

  test('flow maps stay flow, with their padding', () => {
    const after = edit(handmade, document => setGateway(document, { port: 5000, host: 'localhost' }));
    expect(diff(handmade, after)).toEqual([
      '-gateway:   {port: 4242,require_key: true}     # the port of old',
      '+gateway: {port: 5000, require_key: true, host: localhost} # the port of old',
    ]);
  });

  test('Windows line ends stay', () => {
    const text = 'gateway:\r\n  port: 1   # one\r\n  host: localhost\r\n';
    expect(edit(text, document => setGateway(document, { host: '127.0.0.1' }))).toBe(
      'gateway:\r\n  port: 1   # one\r\n  host: 127.0.0.1\r\n',
    );
  });

  test('a long line is not folded', () => {
    const url = `https://example.com/${'long/'.repeat(40)}`;
    const text = `llm:\n  backends:\n    - { name: a, type: a, url: "${url}" } # ${'c'.repeat(200)}\n`;
    const after = edit(text, document => updateBackend(document, 'a', { priority: 2 }));
    expect(after).toBe(
      `llm:\n  backends:\n    - { name: a, type: a, url: "${url}", priority: 2 } # ${'c'.repeat(200)}\n`,
    );
  });

  test('a file too long to be compared line by line is written all the same', () => {
    const rows = Array.from({ length: 3000 }, (_, row) => `    m${row}:   [a/b]   # ${row}`).join('\n');
    const text = `llm:\n  aliases:\n${rows}\n`;
    const after = edit(text, document => setGateway(document, { port: 1 }));
    expect(after).toContain('# 2999');
    expect(after.endsWith('gateway:\n  port: 1\n')).toBe(true);
  });
});

describe('the file of a first start', () => {
  test('takes a backend as one line, and keeps every comment', () => {
    const after = edit(defaultConfigText, document => {
      addBackend(document, {
        name: 'groq',
        type: 'groq',
        api_key: '${GROQ_API_KEY}',
        headers: { 'X-Team': 'a' },
      });
      addBackend(document, { name: 'b', type: 'ollama' });
    });
    expect(diff(defaultConfigText, after)).toEqual([
      '-  backends: []',
      '+  backends:',
      '+    - { name: groq, type: groq, api_key: "${GROQ_API_KEY}", headers: { X-Team: a } }',
      '+    - { name: b, type: ollama }',
    ]);
  });

  test('is the same again once the backend is removed', () => {
    const added = edit(defaultConfigText, document => addBackend(document, { name: 'a', type: 'a' }));
    expect(edit(added, document => removeBackend(document, 'a'))).toBe(defaultConfigText);
  });

  test('takes a change of the gateway', () => {
    const after = edit(defaultConfigText, document =>
      setGateway(document, { port: 1, max_body_bytes: undefined }),
    );
    expect(diff(defaultConfigText, after)).toEqual([
      '-gateway: { host: 127.0.0.1, port: 4141, require_key: true }',
      '+gateway: { host: 127.0.0.1, port: 1, require_key: true }',
    ]);
  });
});

describe('where there is nothing yet', () => {
  test.each([
    ['an empty file', ''],
    ['comments only', '# hello\n'],
    ['names with nothing behind them', '# hello\nllm: # all of it\n  # one\n  backends: # mine\n  # two\n'],
    ['llm with nothing behind it', 'llm:\n'],
    ['an empty flow list', 'llm: { backends: [] }\n'],
  ])('%s', (_name, text) => {
    const after = edit(text, document => {
      addBackend(document, { name: 'a', type: 'ollama' });
      setGateway(document, { port: 1 });
    });
    expect(parseConfig(after, 'f')).toMatchObject({
      config: { llm: { backends: [{ name: 'a', type: 'ollama' }] }, gateway: { port: 1 } },
    });
    for (const comment of text.match(/#.*/g) ?? []) expect(after).toContain(comment);
  });
});

describe('the fields of a backend', () => {
  const text = 'llm:\n  backends:\n    - { name: a, type: a, api_key: env:A, priority: 0x10 }\n';

  test('null takes a field out, undefined leaves it', () => {
    expect(edit(text, document => updateBackend(document, 'a', { api_key: null, priority: undefined }))).toBe(
      'llm:\n  backends:\n    - { name: a, type: a, priority: 0x10 }\n',
    );
  });

  test('text that YAML would read as something else is put in quotes', () => {
    for (const value of ['12345', 'true', '${A}', 'a: b', '# no', '*x', '- x', "it's", 'a"b', 'é', ' x ']) {
      const after = edit(text, document => setBackendKey(document, 'a', value));
      expect(parseConfig(after, 'f')).toMatchObject({ config: { llm: { backends: [{ api_key: value }] } } });
    }
  });

  test('a number is written plainly in place of one in another notation', () => {
    expect(edit(text, document => updateBackend(document, 'a', { priority: 7 }))).toContain('priority: 7 }');
  });

  test('headers are replaced as a whole', () => {
    const after = edit(text, document => updateBackend(document, 'a', { headers: { A: '1' } }));
    expect(after).toContain('headers: { A: "1" } }');
  });

  test('a backend that is an alias gets lines of its own, and the other one stays', () => {
    const shared = 'llm:\n  backends:\n    - &a { name: a, type: openai }\n    - { <<: *a, name: b }\n';
    const after = edit(shared, document => updateBackend(document, 'b', { type: 'ollama' }));
    expect(parseConfig(after, 'f')).toMatchObject({
      config: {
        llm: {
          backends: [
            { name: 'a', type: 'openai' },
            { name: 'b', type: 'ollama' },
          ],
        },
      },
    });
  });
});

describe('what cannot be done', () => {
  const document = () => parseDocument('llm:\n  backends:\n    - { name: a, type: a }\n');

  test('a second backend of the same name', () => {
    expect(() => addBackend(document(), { name: 'a', type: 'b' })).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        message: expect.stringContaining('named a already'),
      }),
    );
  });

  test.each([
    ['remove', (d: Document) => removeBackend(d, 'b')],
    ['update', (d: Document) => updateBackend(d, 'b', { type: 'a' })],
    ['set the key of', (d: Document) => setBackendKey(d, 'b', 'env:B')],
  ])('%s a backend that is not there', (_name, change) => {
    expect(() => change(document())).toThrow(expect.objectContaining({ code: 'unknown_backend' }));
  });
});
