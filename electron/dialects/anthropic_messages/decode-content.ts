import { AppError } from '../../contract/errors.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { AttachmentBlock, TextBlock } from '../../contract/message.ts';
import { readAttachmentUrl, readBase64 } from '../data-url.ts';
import {
  invalidField,
  isMissing,
  optionalString,
  readList,
  readName,
  readObject,
  readString,
} from '../request-fields.ts';

export type ContentBlock = TextBlock | AttachmentBlock;

/** What users and tools may say: text, images, documents, search results. Undefined for other types of block. */
export function decodeContentBlock(block: JsonObject, path: string): ContentBlock[] | undefined {
  switch (readString(block, 'type', path)) {
    case 'text':
      return textBlocks(readString(block, 'text', path));
    case 'image':
      return [decodeImage(readObject(block['source'], `${path}.source`), `${path}.source`)];
    case 'document':
      return decodeDocument(block, path);
    case 'search_result':
      return decodeSearchResult(block, path);
    default:
      return undefined;
  }
}

/**
 * Content of a tool's result, or of a document made of blocks: a string or a list. A result may also name tools that
 * were looked for and found.
 */
export function decodeContentList(value: Json | undefined, path: string): ContentBlock[] {
  if (isMissing(value)) return [];
  if (typeof value === 'string') return textBlocks(value);
  if (!Array.isArray(value)) throw invalidField(path, 'a string or a list of content blocks');
  return value.flatMap((item, index) => {
    const itemPath = `${path}[${index}]`;
    const block = readObject(item, itemPath);
    const decoded = decodeContentBlock(block, itemPath);
    if (decoded) return decoded;
    if (block['type'] === 'tool_reference') {
      return textBlocks(`The tool ${readName(block, 'tool_name', itemPath)} is available now.`);
    }
    throw invalidField(`${itemPath}.type`, 'one of text, image, document, search_result');
  });
}

/** An empty text is no block: Anthropic refuses them, and so do others. */
export function textBlocks(text: string): TextBlock[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

function decodeImage(source: JsonObject, path: string): AttachmentBlock {
  return { type: 'attachment', ...decodeSource(source, path, 'image/*') };
}

function decodeDocument(block: JsonObject, path: string): ContentBlock[] {
  const source = readObject(block['source'], `${path}.source`);
  const name = optionalString(block, 'title', path);
  const context = optionalString(block, 'context', path) ?? '';
  const said = textBlocks(context);
  const named = name === undefined ? {} : { name };
  switch (source['type']) {
    case 'text': {
      const data = readString(source, 'data', `${path}.source`);
      if (data === '') return said;
      const base64 = Buffer.from(data, 'utf8').toString('base64');
      return [
        ...said,
        { type: 'attachment', media_type: 'text/plain', ...named, source: { type: 'base64', data: base64 } },
      ];
    }
    case 'content':
      return [
        ...said,
        ...textBlocks(name ?? ''),
        ...decodeContentList(source['content'], `${path}.source.content`),
      ];
    default:
      return [
        ...said,
        { type: 'attachment', ...named, ...decodeSource(source, `${path}.source`, 'application/pdf') },
      ];
  }
}

function decodeSource(
  source: JsonObject,
  path: string,
  fallbackType: string,
): Pick<AttachmentBlock, 'media_type' | 'source'> {
  switch (readString(source, 'type', path)) {
    case 'base64': {
      const declared = optionalString(source, 'media_type', path) ?? fallbackType;
      const decoded = readBase64(readString(source, 'data', path), declared);
      if (decoded) return decoded;
      throw invalidField(`${path}.data`, 'base64 text');
    }
    case 'url': {
      const decoded = readAttachmentUrl(readString(source, 'url', path), fallbackType);
      if (decoded) return decoded;
      throw invalidField(`${path}.url`, 'an http(s) address');
    }
    case 'file':
      throw new AppError(
        'invalid_request',
        `${path} names a file by its id, which is known only to the provider it was uploaded to; send the file itself.`,
        { body: { param: path } },
      );
    default:
      throw invalidField(`${path}.type`, 'base64, url or text');
  }
}

function decodeSearchResult(block: JsonObject, path: string): ContentBlock[] {
  const texts = readList(block['content'], `${path}.content`).map((item, index) =>
    readString(readObject(item, `${path}.content[${index}]`), 'text', `${path}.content[${index}]`),
  );
  const head = [optionalString(block, 'title', path), optionalString(block, 'source', path)];
  return textBlocks([...head, ...texts].filter(text => text).join('\n'));
}
