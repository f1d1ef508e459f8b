import { describe, expect, it } from 'vitest';

import type { ChatSettings } from '../../electron/contract/chat-settings.ts';
import { fillSnippet, variablesOf, wantsClipboard } from '../../renderer/features/presets/fill-snippet.ts';
import { fromForm, toForm } from '../../renderer/features/presets/settings-form.ts';

const blank = toForm({});

describe('the form of settings', () => {
  it('comes back as it went in', () => {
    const settings: ChatSettings = {
      instructions: 'Be brief.\n',
      temperature: 0,
      max_tokens: 100,
      reasoning_effort: 'high',
      stop: ['a b', 'END'],
      extra: { top_k: 3, nested: { on: true } },
    };
    expect(fromForm(toForm(settings), undefined)).toEqual({ settings, problems: {} });
  });

  it('leaves out what is empty', () => {
    const form = { ...blank, instructions: ' \n', stop: '\n', extra: ' ' };
    expect(fromForm(form, undefined).settings).toEqual({ stop: [] });
    expect(fromForm(blank, undefined)).toEqual({ settings: {}, problems: {} });
  });

  it('reads a comma in a number as its point', () => {
    expect(fromForm({ ...blank, temperature: ' 0,7 ' }, undefined).settings).toEqual({ temperature: 0.7 });
  });

  it.each([
    [{ temperature: '3' }, { temperature: 'temperature' }],
    [{ temperature: 'warm' }, { temperature: 'temperature' }],
    [{ max_tokens: '1.5' }, { max_tokens: 'max_tokens' }],
    [{ max_tokens: '0' }, { max_tokens: 'max_tokens' }],
    [{ max_tokens: '9000' }, { max_tokens: 'over_maximum' }],
    [{ stop: Array.from({ length: 17 }, () => 'x').join('\n') }, { stop: 'stop' }],
    [{ extra: '{"a":' }, { extra: 'extra_json' }],
    [{ extra: '[1]' }, { extra: 'extra_json' }],
    [{ extra: '{"messages":[]}' }, { extra: 'extra_own' }],
    [{ instructions: 'x'.repeat(400_001) }, { instructions: 'too_long' }],
    [
      { temperature: '-1', extra: 'x' },
      { temperature: 'temperature', extra: 'extra_json' },
    ],
  ])('says what is wrong with it', (change, problems) => {
    expect(fromForm({ ...blank, ...change }, { max_output_tokens: 8_000 })).toEqual({
      settings: null,
      problems,
    });
  });
});

describe('a prompt with variables', () => {
  const text = 'On {{date}}, {{ first name }}: {{clipboard}} {{first name}} {{x}} {{}}';

  it('asks for each of its own once', () => {
    expect(variablesOf(text)).toEqual(['first name', 'x']);
    expect(wantsClipboard(text)).toBe(true);
    expect(wantsClipboard('{{clip}}')).toBe(false);
  });

  it('gets its values, and keeps the places of those that are missing', () => {
    expect(fillSnippet(text, { date: 'Monday', 'first name': '$& {{x}}', clipboard: 'c' })).toBe(
      'On Monday, $& {{x}}: c $& {{x}} {{x}} {{}}',
    );
    expect(fillSnippet('{{toString}}', {})).toBe('{{toString}}');
  });
});
