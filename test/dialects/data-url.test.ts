import { expect, it } from 'vitest';

import { readAttachmentUrl, readBase64 } from '../../electron/dialects/data-url.ts';

it.each([
  ['data:image/png;base64,AAAA', { media_type: 'image/png', source: { type: 'base64', data: 'AAAA' } }],
  [
    'data:IMAGE/PNG;name=a.png;BASE64,AA\nAA',
    { media_type: 'image/png', source: { type: 'base64', data: 'AAAA' } },
  ],
  ['data:;base64,AA-_', { media_type: 'image/*', source: { type: 'base64', data: 'AA+/' } }],
  ['data:text/plain,a%20b', { media_type: 'text/plain', source: { type: 'base64', data: 'YSBi' } }],
  [
    'https://a.example/b.png?c=1',
    { media_type: 'image/*', source: { type: 'url', url: 'https://a.example/b.png?c=1' } },
  ],
])('reads %s', (url, expected) => {
  expect(readAttachmentUrl(url, 'image/*')).toEqual(expected);
});

it.each([
  '',
  'cat.png',
  'file:///etc/passwd',
  'data:image/png;base64',
  'data:image/png;base64,',
  'data:image/png;base64,!!',
  'data:,%',
])('refuses %j', url => {
  expect(readAttachmentUrl(url, 'image/*')).toBeUndefined();
});

it.each([
  ['image/png', Buffer.from('\x89PNG\r\n\x1A\n', 'latin1')],
  ['image/jpeg', Buffer.from('\xFF\xD8\xFF\xE0', 'latin1')],
  ['image/gif', Buffer.from('GIF89a')],
  ['image/webp', Buffer.from('RIFF\x01\x02\x03\x04WEBPVP8 ', 'latin1')],
  ['audio/wav', Buffer.from('RIFF\x01\x02\x03\x04WAVEfmt ', 'latin1')],
  ['application/pdf', Buffer.from('%PDF-1.7')],
])('knows %s by its first bytes, whatever it is called', (type, bytes) => {
  expect(readBase64(bytes.toString('base64'), 'image/bmp')?.media_type).toBe(type);
});

it('believes the declared type where the bytes say nothing', () => {
  expect(readBase64('AAAA', 'image/bmp')?.media_type).toBe('image/bmp');
});
