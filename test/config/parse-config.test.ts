import { describe, expect, test } from 'vitest';

import { parseConfig } from '../../electron/config/parse-config.ts';
import { defaultConfigText } from '../../electron/config/default-config.ts';
import { configSchema } from '../../electron/contract/config.ts';

const defaults = configSchema.parse({});

function problemOf(text: string) {
  const parsed = parseConfig(text, '/data/parley.yaml');
  if (parsed.type === 'good') throw new Error('was accepted');
  const { line, column, message } = parsed.problem;
  return `${line}:${column} ${message}`;
}

function configOf(text: string) {
  const parsed = parseConfig(text, '/data/parley.yaml');
  if (parsed.type === 'bad') throw new Error(JSON.stringify(parsed.problem));
  return parsed.config;
}

describe('what is valid', () => {
  test.each([
    ['an empty file', ''],
    ['comments only', '# nothing\n\n# here\n'],
    ['a byte order mark alone', '\uFEFF'],
    ['null', '~'],
    [
      'names with nothing behind them',
      'llm:\n  backends:\n  #  - { name: a, type: a }\n  retry:\ngateway:\n',
    ],
    ['the file of a first start', defaultConfigText],
  ])('%s means the defaults', (_name, text) => {
    expect(configOf(text)).toEqual(defaults);
  });

  test('the example of the documentation', () => {
    const text = `llm:
  backends:
    - { name: groq, type: groq, api_key: "\${GROQ_API_KEY}", priority: 1 }
    - { name: work, type: my-provider, url: http://localhost:8080, api_key: keychain:work, headers: { X-Team: a } }
  retry: { max_attempts: 3, backoff: exponential }
  aliases:
    fast: [groq/llama-3.3-70b-versatile, work/small]
gateway: { host: 127.0.0.1, port: 4141, require_key: true }
`;
    expect(configOf(text).llm).toMatchObject({
      backends: [
        { name: 'groq', api_key: '${GROQ_API_KEY}', priority: 1, enabled: true },
        { name: 'work', api_key: 'keychain:work', headers: { 'X-Team': 'a' }, priority: 100 },
      ],
      aliases: { fast: ['groq/llama-3.3-70b-versatile', 'work/small'] },
    });
  });

  test('the commented examples of the first file are valid once uncommented', () => {
    const text = defaultConfigText
      .replace('  backends: []\n', '')
      .replaceAll(/^ {2}# (backends:| {2}- \{.*|aliases:| {2}fast:.*)$/gm, '  $1');
    const config = configOf(text);
    expect(config.llm.backends.map(({ name }) => name)).toEqual(['ollama', 'openai', 'router', 'work']);
    expect(Object.keys(config.llm.aliases)).toEqual(['fast']);
  });

  test('anchors and merged maps', () => {
    const text = `llm:
  backends:
    - &base { name: a, type: openai, url: http://localhost:1 }
    - { <<: *base, name: b }
`;
    expect(configOf(text).llm.backends.map(({ name, url }) => [name, url])).toEqual([
      ['a', 'http://localhost:1'],
      ['b', 'http://localhost:1'],
    ]);
  });
});

describe('broken YAML: line, column and a sentence', () => {
  test.each([
    ['llm:\n  backends: [', '2:14'],
    ['llm:\n\tbackends: []\n', '2:1 tabs cannot indent YAML; use spaces'],
    ['gateway:\n  port: 1\n  port: 2\n', '3:3 this key is here twice; keep one of them'],
    ['gateway: { port: 1, port: 2 }', '1:21 this key is here twice; keep one of them'],
    ['llm:\n  backends: "open\n', '3:1 a character is missing here'],
    ['a: 1\n---\nb: 2\n', '2:1 a second document begins here; remove the line ---'],
    ['gateway:\n  host: *nowhere\n', '2:9'],
    ['gateway:\n  host: @home\n', '2:9 text cannot begin with this character; put it in quotes'],
    ['gateway:\n  host: a: b\n', '2:9'],
    ['gateway:\n    host: a\n  port: 1\n', '3:1'],
  ])('%j', (text, expected) => {
    expect(problemOf(text)).toContain(expected);
  });

  test('a variable without quotes between { } is explained', () => {
    const text = 'llm:\n  backends:\n    - { name: groq, type: groq, api_key: ${GROQ_API_KEY} }\n';
    expect(problemOf(text)).toMatch(/^3:\d+ .*a \$\{NAME\} between \{ \} has to be in quotes$/);
  });
});

describe('fields that do not fit: the field, its place and what it should be', () => {
  const backend = (fields: string) => `llm:\n  backends:\n    - { name: a, type: a, ${fields} }\n`;
  test.each([
    ['gateway: { prot: 1 }', '1:12 unknown key prot in gateway; did you mean port?'],
    ['gatway: {}', '1:1 unknown key gatway at the top of the file; did you mean gateway?'],
    [
      'gateway:\n  banana: 1\n',
      '2:3 unknown key banana in gateway; known are host, port, require_key, allowed_hosts, cors_origins, max_body_bytes',
    ],
    [backend('apiKey: x'), '3:27 unknown key apiKey in llm.backends[0]; did you mean api_key?'],
    [backend('priority: high'), '3:37 llm.backends[0].priority must be a number'],
    [backend('priority: 1.5'), '3:37 llm.backends[0].priority must be a whole number'],
    [backend('enabled: yes'), '3:36 llm.backends[0].enabled must be true or false'],
    [backend('url: localhost:1234'), '3:32 llm.backends[0].url: url must be an http:// or https:// address'],
    [backend('api_key: 12345'), '3:36 llm.backends[0].api_key must be text; put it in quotes'],
    [backend('api_key: [a, 5]'), '3:36 llm.backends[0].api_key[1] must be text; put it in quotes'],
    [backend('api_key: []'), '3:36 llm.backends[0].api_key must have at least one entry'],
    [backend('headers: { A: 1 }'), '3:41 llm.backends[0].headers.A must be text; put it in quotes'],
    [backend('timeout_ms: 0'), '3:39 llm.backends[0].timeout_ms must be more than 0'],
    ['llm:\n  backends:\n    - type: a\n', '3:7 llm.backends[0].name is missing'],
    [
      'llm:\n  backends:\n    - name: a/b\n      type: a\n',
      '3:13 llm.backends[0].name: a backend name has letters',
    ],
    ['llm:\n  backends:\n    a: {}\n', '3:5 llm.backends must be a list'],
    ['llm:\n  backends: [~]\n', '2:14 llm.backends[0] must be a group of "name: value" lines'],
    [
      'llm:\n  backends:\n    - { name: a, type: a }\n    - { name: a, type: b }\n',
      '4:15 llm.backends[1].name: two backends are named a',
    ],
    [
      'llm:\n  retry: { backoff: never }\n',
      '2:21 llm.retry.backoff must be one of exponential, linear, fixed',
    ],
    ['llm:\n  retry: { max_attempts: 99 }\n', '2:26 llm.retry.max_attempts must be at most 10'],
    ['llm:\n  aliases: { fast: [] }\n', '2:20 llm.aliases.fast must have at least one entry'],
    ['gateway: { port: 70000 }', '1:18 gateway.port must be at most 65535'],
    ['- a\n- b\n', '1:1 the file must be a group of "name: value" lines'],
    ['just text', '1:1 the file must be a group of "name: value" lines'],
    ['gateway: &gateway\n  host: *gateway\n', '1:1 the aliases (*name) expand without end'],
  ])('%j', (text, expected) => {
    expect(problemOf(text)).toContain(expected);
  });

  test('the first of several from the top, with their number', () => {
    expect(problemOf('gateway: { port: x }\nllm: { timeout_ms: y }\nnonsense: 1\n')).toBe(
      '1:18 gateway.port must be a number (and 2 more after it)',
    );
  });

  test('a value that is merged in is pointed at from where it is used', () => {
    const text = 'llm:\n  backends:\n    - &a { name: a, type: a, priority: x }\n    - { <<: *a, name: b }\n';
    expect(problemOf(text)).toContain('3:40 llm.backends[0].priority must be a number');
  });
});

test('aliases that expand without end are refused', () => {
  const rows = Array.from({ length: 12 }, (_, row) =>
    row === 0
      ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
      : `a${row}: &a${row} [${Array(9)
          .fill(`*a${row - 1}`)
          .join(', ')}]`,
  );
  expect(problemOf(rows.join('\n'))).toContain('the aliases (*name) expand without end');
});

describe('a key in the file is in no message', () => {
  const key = 'sk-madeup0123456789';
  test.each([
    ['no space after the colon, in { }', `llm:\n  backends:\n    - {name: a, type: a, api_key:${key}}\n`],
    [
      'no space after the colon, on a line',
      `llm:\n  backends:\n    - name: a\n      type: a\n      api_key:${key}\n`,
    ],
    ['no colon', `llm:\n  backends:\n    - { name: a, type: a, api_key ${key} }\n`],
    ['an open quote', `llm:\n  backends:\n    - { name: a, type: a, api_key: "${key} }\n`],
    ['a second quoted text', `llm:\n  backends:\n    - { name: a, type: a, api_key: "x" "${key}" }\n`],
    ['the key alone', `llm:\n  backends:\n    - { name: a, type: a, ${key} }\n`],
    ['the key as a name', `${key}: true\n`],
    ['a list of keys', `llm:\n  backends:\n    - { name: a, type: a, api_key: [[${key}]] }\n`],
    ['an alias', `llm:\n  backends:\n    - { name: a, type: a, api_key: *${key} }\n`],
    ['a wrong escape', `llm:\n  backends:\n    - { name: a, type: a, api_key: "\\q${key}" }\n`],
    ['a wrong place', `llm:\n  timeout_ms: ${key}\n`],
    ['a url', `llm:\n  backends:\n    - { name: a, type: a, url: "${key}" }\n`],
    ['a block scalar header', `llm:\n  backends:\n    - name: a\n      api_key: |${key}\n`],
    ['a directive', `%${key}\n---\n- a\n`],
  ])('%s', (_name, text) => {
    const problem = problemOf(text);
    expect(problem).toMatch(/^\d+:\d+ \S/);
    expect(problem).not.toContain(key);
    expect(problem).not.toContain(key.slice(3));
  });
});
