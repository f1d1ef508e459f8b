import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { CallDetails, ShownRequest } from '../../../electron/contract/inspector.ts';
import { AppError } from '../../../electron/contract/errors.ts';
import { toCurl } from '../../../electron/gateway/inspector/to-curl.ts';

const gateway = 'http://127.0.0.1:4141';

function makeRequest(changes: Partial<ShownRequest> = {}, text = '{"model":"a/b"}'): ShownRequest {
  return {
    method: 'POST',
    url: '/v1/chat/completions',
    headers: [
      ['Host', '127.0.0.1:4141'],
      ['Content-Type', 'application/json'],
      ['Authorization', 'Bearer [redacted]'],
      ['Content-Length', '15'],
      ['Accept-Encoding', 'gzip'],
    ],
    body: text === '' ? null : { text, size: text.length, is_whole: true },
    ...changes,
  };
}

function makeCall(received: ShownRequest | null, sent?: ShownRequest): CallDetails {
  // Safe: nothing else of a call is looked at.
  return {
    received,
    exchanges: sent ? [{ request: makeRequest() }, { request: sent }] : [],
  } as unknown as CallDetails;
}

type Curl = { args: string[]; input: string };

/** What curl is given when a shell runs the command. */
function runInShell(command: string): Curl {
  const script = `curl() { for each in "$@"; do printf '%s\\0' "$each"; done; printf '\\0'; case "$*" in *@-*) cat;; esac; }\n${command}`;
  const output = execFileSync('sh', [], {
    env: { PARLEY_KEY: 'the-key', API_KEY: 'its-key' },
    maxBuffer: 64 * 1024 * 1024,
    input: script,
  }).toString('utf8');
  const end = output.indexOf('\0\0');
  return { args: output.slice(0, end).split('\0'), input: output.slice(end + 2) };
}

function option(curl: Curl, name: string): string | undefined {
  return curl.args[curl.args.indexOf(name) + 1];
}

describe('a request as a command', () => {
  it('reads as one would write it, with the key as a variable', () => {
    expect(toCurl(makeCall(makeRequest()), 'received', gateway)).toBe(
      [
        "curl -N \\\n  'http://127.0.0.1:4141/v1/chat/completions' \\",
        "  -H 'Content-Type: application/json' \\",
        '  -H "Authorization: Bearer $PARLEY_KEY" \\',
        '  --data-raw \'{"model":"a/b"}\'',
      ].join('\n'),
    );
  });

  it('gives curl exactly what was sent, and the key', () => {
    const text = `{"text":"it's $HOME \`id\` \\n \\"é\\" !! %s","nl":"a\nb"}`;
    const curl = runInShell(toCurl(makeCall(makeRequest({}, text)), 'received', gateway));
    expect(curl.args).toEqual([
      '-N',
      `${gateway}/v1/chat/completions`,
      '-H',
      'Content-Type: application/json',
      '-H',
      'Authorization: Bearer the-key',
      '--data-raw',
      text,
    ]);
  });

  it('goes to the upstream as the last attempt did', () => {
    const sent = makeRequest({
      url: 'https://api.example.com/v1/x?key=[redacted]&alt=sse',
      headers: [['x-odd', "a'b [redacted] $c"]],
    });
    const curl = runInShell(toCurl(makeCall(null, sent), 'sent', gateway));
    expect(curl.args.slice(0, 2)).toEqual(['-N', 'https://api.example.com/v1/x?key=its-key&alt=sse']);
    expect(curl.args).toContain("x-odd: a'b its-key $c");
    // Without this curl would call it a form.
    expect(curl.args).toContain('content-type:');
  });

  it('keeps methods, empty headers, and brackets in the address', () => {
    const request = makeRequest({ method: 'GET', url: '/v1/models?x[]={1}', headers: [['x-empty', '']] }, '');
    const { args } = runInShell(toCurl(makeCall(request), 'received', gateway));
    expect(args).toEqual(['-N', `${gateway}/v1/models?x[]={1}`, '-g', '-H', 'x-empty;']);
    const other = toCurl(makeCall(makeRequest({ method: 'DELETE' }, '')), 'received', gateway);
    expect(option(runInShell(other), '-X')).toBe('DELETE');
  });

  it('hands a body over that is too long for an argument', () => {
    const text = `{\n"a": "it's $HOME"\nBODY\nBODY_\n${'x'.repeat(300_000)}}`;
    const curl = runInShell(toCurl(makeCall(makeRequest({}, text)), 'received', gateway));
    expect(option(curl, '--data-binary')).toBe('@-');
    expect(curl.input).toBe(`${text}\n`);
  });

  it('survives whatever stands in it', () => {
    const printable = fc
      .string({ unit: 'binary', maxLength: 40 })
      .filter(text => !text.includes('\0') && text.isWellFormed());
    const header = fc.string({ unit: 'grapheme-ascii', maxLength: 30 });
    fc.assert(
      fc.property(
        printable.filter(text => text !== ''),
        header,
        (text, value) => {
          const request = makeRequest(
            {
              headers: [
                ['content-type', 'x'],
                ['x-any', `v${value}`],
              ],
            },
            text,
          );
          const curl = runInShell(toCurl(makeCall(request), 'received', gateway));
          expect(option(curl, '--data-raw')).toBe(text);
          expect(curl.args).toContain(`x-any: v${value}`.replaceAll('[redacted]', 'the-key'));
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([
    ['received', makeCall(null), 'not_found'],
    ['sent', makeCall(makeRequest()), 'not_found'],
    [
      'received',
      makeCall(makeRequest({ body: { text: '{"a', size: 2_000_000, is_whole: false } })),
      'invalid_request',
    ],
  ] as const)('is refused where there is nothing whole to send: %s', (side, call, code) => {
    let thrown: unknown;
    try {
      toCurl(call, side, gateway);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(AppError);
    expect(thrown).toMatchObject({ code });
  });
});
