import { describe, expect, it, test } from 'vitest';

import type { ChatMessage } from '../../electron/contract/chats.ts';
import { abilityNote } from '../../renderer/features/composer/ability-notes.ts';
import { decodeText, refuseFile } from '../../renderer/features/composer/attach-files.ts';
import {
  estimateBranch,
  estimateFile,
  estimateText,
} from '../../renderer/features/composer/estimate-tokens.ts';
import { findTrigger, replaceTrigger } from '../../renderer/features/composer/find-trigger.ts';
import { readPdf } from '../../renderer/features/composer/read-pdf.ts';
import { isSendKey } from '../../renderer/features/composer/use-send-key.ts';
import { formatBytes } from '../../renderer/ui/format.ts';
import { makePdf } from './make-pdf.ts';
import { message as makeMessage } from './message-fixture.ts';

const megabyte = 1024 * 1024;
const pdfBlock = (text: string) => ({
  type: 'attachment' as const,
  media_type: 'application/pdf',
  source: { type: 'base64' as const, data: 'AAAA' },
  text,
  pages: 3,
});
const imageBlock = {
  type: 'attachment' as const,
  media_type: 'image/png',
  source: { type: 'base64' as const, data: 'AAAA' },
};

describe('a file to attach', () => {
  it.each([
    ['a.png', 'image/png', 21 * megabyte, 'image_size'],
    ['a.PDF', '', 31 * megabyte, 'pdf_size'],
    ['a.log', 'text/plain', 3 * megabyte, 'text_size'],
    ['a.zip', 'application/zip', 3 * megabyte, 'binary'],
    ['a.ts', '', 0, 'empty'],
    ['a.pdf', 'application/pdf', 29 * megabyte, null],
    ['a.webp', 'image/webp', 100, null],
  ])('%s of type "%s" and %i bytes: %s', (name, type, size, refusal) => {
    expect(refuseFile({ name, type, size }, [])).toBe(refusal);
  });

  it('is refused when all together become too large to send', () => {
    const file = { name: 'a.pdf', type: 'application/pdf', size: 20 * megabyte };
    expect(refuseFile(file, [{ size: 19 * megabyte }])).toBeNull();
    expect(refuseFile(file, [{ size: 21 * megabyte }])).toBe('together');
  });

  it('is text in UTF-8 or marked UTF-16, and nothing else', () => {
    expect(decodeText(new TextEncoder().encode('Grüße 你好'))).toBe('Grüße 你好');
    expect(decodeText(new Uint8Array([0xff, 0xfe, 0x41, 0, 0xdf, 0]))).toBe('Aß');
    expect(decodeText(new Uint8Array([0xfe, 0xff, 0, 0x41]))).toBe('A');
    expect(decodeText(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]))).toBeNull();
    expect(decodeText(new Uint8Array([0xc3, 0x28]))).toBeNull();
  });
});

describe('a PDF', () => {
  it('gives its pages and their text', async () => {
    const reading = await readPdf(makePdf(['First page.', 'Second page.']));
    expect(reading).toEqual({ ok: true, pages: 2, text: 'First page.\n\nSecond page.' });
  });

  it('of pictures alone gives no text', async () => {
    expect(await readPdf(makePdf(['']))).toEqual({ ok: true, pages: 1, text: '' });
  });

  it('that is locked or broken says which', async () => {
    expect(await readPdf(makePdf(['Secret'], true))).toEqual({ ok: false, problem: 'encrypted_pdf' });
    expect(await readPdf(new TextEncoder().encode('%PDF-1.4\nno more'))).toEqual({
      ok: false,
      problem: 'broken_pdf',
    });
  });
});

describe('what is said before sending', () => {
  const image = { kind: 'image', block: imageBlock } as const;
  const pdf = { kind: 'pdf', block: pdfBlock('words') } as const;
  const scan = { kind: 'pdf', block: pdfBlock(' ') } as const;
  it.each([
    ['an image to the blind', [image], ['text'], 'no_images'],
    ['an image to who sees', [image], ['text', 'image'], null],
    ['an image to the unknown', [image], undefined, null],
    ['a PDF to who reads it', [pdf], ['text', 'pdf'], null],
    ['a PDF to who does not', [pdf], ['text'], 'pdf_as_text'],
    ['a PDF to the unknown', [pdf], undefined, 'pdf_unknown'],
    ['a scan to who does not read PDFs', [pdf, scan], ['text'], 'pdf_without_text'],
    ['nothing', [], ['text'], null],
  ] as const)('%s', (_what, files, modalities, note) => {
    expect(abilityNote(files, modalities ? { input_modalities: [...modalities] } : {})).toBe(note);
  });
});

describe('the estimate of tokens', () => {
  it('counts letters by four and Chinese by one', () => {
    expect(estimateText('')).toBe(0);
    expect(estimateText('abcdefgh')).toBe(2);
    expect(estimateText('你好世界')).toBe(4);
  });

  it('looks at the beginning of a long text only, and takes the rest for the same', () => {
    expect(estimateText('x'.repeat(4_000_000))).toBe(1_000_000);
  });

  it('counts a PDF by its text or by its pages, as the model will get it', () => {
    expect(estimateFile(pdfBlock('x'.repeat(400)), false)).toBe(100);
    expect(estimateFile(pdfBlock('x'.repeat(400)), true)).toBe(4_500);
    expect(estimateFile(imageBlock, true)).toBe(1_600);
  });

  it('starts from what the last answer reported', () => {
    const question = makeMessage({ id: 'a', content: [{ type: 'text', text: 'x'.repeat(4_000) }] });
    const answer: ChatMessage = {
      ...makeMessage({ id: 'b' }),
      role: 'assistant',
      usage: { input_tokens: 900, output_tokens: 100 },
    };
    const next = makeMessage({ id: 'c', content: [{ type: 'text', text: 'abcdefgh' }] });
    expect(estimateBranch([question], false)).toBe(1_004);
    expect(estimateBranch([question, answer], false)).toBe(1_000);
    expect(estimateBranch([question, answer, next], false)).toBe(1_006);
    // Of what is not loaded yet the answer's own number is known.
    const outline = makeMessage({ outline: true, content: [], usage: { output_tokens: 500 } });
    expect(estimateBranch([outline, question], false)).toBe(1_508);
  });
});

describe('a sign that opens suggestions', () => {
  it.each([
    ['/', 1, { sign: '/', query: '', start: 0 }],
    ['say @gp', 7, { sign: '@', query: 'gp', start: 4 }],
    ['line\n/tra', 9, { sign: '/', query: 'tra', start: 5 }],
    ['@gpt rest', 4, { sign: '@', query: 'gpt', start: 0 }],
    ['me@example', 10, null],
    ['/usr/bin', 8, null],
    ['and/or', 6, null],
    ['/two words', 10, null],
    ['', 0, null],
  ])('in %j at %i', (text, caret, trigger) => {
    expect(findTrigger(text, caret)).toEqual(trigger);
  });

  it('is replaced with all that was typed behind it', () => {
    const trigger = { sign: '/', query: 'tra', start: 4 } as const;
    expect(replaceTrigger('say /tra now', trigger, 'yes')).toEqual({ text: 'say yes now', caret: 7 });
  });
});

test.each([
  ['enter', {}, true],
  ['enter', { shiftKey: true }, false],
  ['enter', { ctrlKey: true }, true],
  ['mod-enter', {}, false],
  ['mod-enter', { metaKey: true }, true],
  ['mod-enter', { ctrlKey: true }, true],
  ['enter', { key: 'a', ctrlKey: true }, false],
] as const)('where %s sends, %j does: %s', (sendKey, pressed, sends) => {
  const key = { key: 'Enter', shiftKey: false, ctrlKey: false, metaKey: false, ...pressed };
  expect(isSendKey(key, sendKey)).toBe(sends);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [2048, '2 KB'],
  [1.25 * megabyte, '1.3 MB'],
])('%i bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
