import type { AttachmentBlock } from '../contract/message.ts';

/** An attachment from a data: address, or a web address that is only named; undefined for anything else. */
export function dataUrlBlock(url: string, name?: string): AttachmentBlock | undefined {
  const named = name === undefined ? {} : { name };
  const found = /^data:([\w.+-]+\/[\w.+-]+)(?:;[^,;]*)*;base64,(.+)$/s.exec(url);
  if (found?.[1] !== undefined && found[2] !== undefined) {
    return { type: 'attachment', media_type: found[1], ...named, source: { type: 'base64', data: found[2] } };
  }
  if (!/^https?:\/\//.test(url)) return undefined;
  return { type: 'attachment', media_type: 'image/*', ...named, source: { type: 'url', url } };
}
