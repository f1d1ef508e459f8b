import { describe, expect, it } from 'vitest';

import { buildChatRequest, commonAbilities, dependsOnAbilities } from '../../electron/api/chat-request.ts';
import { chatSettingsSchema } from '../../electron/contract/chat-settings.ts';
import type { AttachmentBlock, Message } from '../../electron/contract/message.ts';

const pdf: AttachmentBlock = {
  type: 'attachment',
  media_type: 'application/pdf',
  name: 'a "b".pdf',
  source: { type: 'base64', data: 'JVBERi0=' },
  text: 'The words.',
  pages: 2,
};
const note: AttachmentBlock = {
  type: 'attachment',
  media_type: 'text/plain',
  name: 'note.txt',
  source: { type: 'base64', data: Buffer.from('Grüße').toString('base64') },
};
const image: AttachmentBlock = {
  type: 'attachment',
  media_type: 'image/png',
  source: { type: 'base64', data: 'iVBORw0KGgo=' },
};
const ask = (...content: Message['content']): Message[] => [{ role: 'user', content }];
const { text: _text, pages: _pages, ...file } = pdf;

describe('the request of a chat', () => {
  it('takes every setting over, and only those that are set', () => {
    const settings = {
      instructions: 'Be brief.',
      temperature: 0,
      max_tokens: 9,
      reasoning_effort: 'high',
      stop: ['x'],
      extra: { seed: 4 },
    } as const;
    expect(buildChatRequest([], { ...settings, stop: ['x'] }, {})).toEqual({
      system: 'Be brief.',
      messages: [],
      options: { temperature: 0, max_tokens: 9, reasoning_effort: 'high', stop: ['x'] },
      stream: true,
      extra: { seed: 4 },
    });
    const empty = { instructions: '  ', stop: [], extra: {} };
    expect(buildChatRequest([], empty, {})).toEqual({ messages: [], options: {}, stream: true });
  });

  it('asks a model that does not think for no effort', () => {
    const effort = { reasoning_effort: 'high' } as const;
    expect(buildChatRequest([], effort, { reasoning: false }).options).toEqual({});
    expect(buildChatRequest([], effort, { reasoning: true }).options).toEqual(effort);
  });

  it.each([
    ['as it is to a model that reads it', ['text', 'pdf'] as const, file],
    [
      'as text to one that does not',
      ['text'] as const,
      { type: 'text', text: `<file name="a 'b'.pdf">\nThe words.\n</file>` },
    ],
    [
      'as text where that is not known',
      undefined,
      { type: 'text', text: `<file name="a 'b'.pdf">\nThe words.\n</file>` },
    ],
  ])('sends a PDF %s', (_what, modalities, block) => {
    const abilities = modalities ? { input_modalities: [...modalities] } : {};
    expect(buildChatRequest(ask(pdf), {}, abilities).messages).toEqual(ask(block as AttachmentBlock));
  });

  it('sends a PDF without any text as it is, for want of something better', () => {
    const scan = { ...pdf, text: ' \n' };
    expect(buildChatRequest(ask(scan), {}, {}).messages).toEqual(ask(file));
  });

  it('sends text files as text with their name, and images as they are', () => {
    expect(buildChatRequest(ask(note, image), {}, {}).messages).toEqual(
      ask({ type: 'text', text: '<file name="note.txt">\nGrüße\n</file>' }, image),
    );
  });
});

it('an alias can do what all of its models can', () => {
  expect(commonAbilities([{ input_modalities: ['text', 'pdf'], reasoning: false }, {}])).toEqual({
    input_modalities: [],
  });
  expect(
    commonAbilities([
      { input_modalities: ['text', 'pdf'], reasoning: false },
      { input_modalities: ['pdf'], reasoning: false },
    ]),
  ).toEqual({ input_modalities: ['pdf'], reasoning: false });
  expect(commonAbilities([])).toEqual({});
});

it('only a PDF or a wish for thinking makes the abilities matter', () => {
  expect(dependsOnAbilities(ask(note, image), { temperature: 1 })).toBe(false);
  expect(dependsOnAbilities(ask(pdf), {})).toBe(true);
  expect(dependsOnAbilities([], { reasoning_effort: 'low' })).toBe(true);
});

it.each([
  { temperature: 2.1 },
  { temperature: -1 },
  { max_tokens: 0 },
  { max_tokens: 1.5 },
  { stop: [''] },
  { reasoning_effort: 'extreme' },
  { extra: { messages: [] } },
  { extra: [] },
])('settings like %j are refused', settings => {
  expect(chatSettingsSchema.safeParse(settings).success).toBe(false);
});
