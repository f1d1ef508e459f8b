import { expect, it } from 'vitest';

import { useDrafts } from '../../renderer/features/composer/drafts.ts';

it.each([
  ['nothing', 'Hello', ''],
  ['more of it', 'Hello\nand more', 'and more'],
  ['another message', 'Something else', 'Something else'],
])('what was sent leaves the draft, and %s written meanwhile stays', (_what, now, rest) => {
  const { setText, removeSent } = useDrafts.getState();
  setText('chat', 'Hello');
  setText('chat', now);
  removeSent('chat', { text: 'Hello', files: [] });
  expect(useDrafts.getState().texts['chat']).toBe(rest);
});

it('a file attached while another one was on its way stays', () => {
  const file = (id: string) => ({
    id,
    kind: 'text' as const,
    name: `${id}.txt`,
    size: 3,
    block: {
      type: 'attachment' as const,
      media_type: 'text/plain',
      source: { type: 'base64' as const, data: 'AAAA' },
    },
  });
  const { addFiles, removeSent } = useDrafts.getState();
  addFiles('files', [file('a')]);
  addFiles('files', [file('b')]);
  removeSent('files', { text: '', files: [file('a')] });
  expect(useDrafts.getState().files['files']?.map(({ id }) => id)).toEqual(['b']);
});
