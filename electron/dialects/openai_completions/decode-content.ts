import { AppError } from '../../contract/errors.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { AttachmentBlock, TextBlock } from '../../contract/message.ts';
import { readAttachmentUrl, readBase64 } from '../data-url.ts';
import { invalidField, optionalString, readList, readObject, readString } from '../request-fields.ts';

/** Content is a string or a list of parts. An empty string is no block: several vendors refuse empty ones. */
export function decodeContent(content: Json | undefined, path: string): (TextBlock | AttachmentBlock)[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw invalidField(path, 'a string or a list of content parts');
  return content.map((part, index) => decodePart(readObject(part, `${path}[${index}]`), `${path}[${index}]`));
}

/** Content of a message that takes only text: system and developer. */
export function decodeTextContent(content: Json | undefined, path: string): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw invalidField(path, 'a string or a list of text parts');
  const texts = readList(content, path).map((part, index) => {
    const block = decodePart(readObject(part, `${path}[${index}]`), `${path}[${index}]`);
    if (block.type === 'text') return block.text;
    throw invalidField(`${path}[${index}].type`, '"text" in a system message');
  });
  return texts.join('\n');
}

function decodePart(part: JsonObject, path: string): TextBlock | AttachmentBlock {
  switch (readString(part, 'type', path)) {
    case 'text':
      return { type: 'text', text: readString(part, 'text', path) };
    case 'refusal':
      return { type: 'text', text: readString(part, 'refusal', path) };
    case 'image_url':
      return decodeImage(part['image_url'], `${path}.image_url`);
    case 'input_audio':
      return decodeAudio(readObject(part['input_audio'], `${path}.input_audio`), `${path}.input_audio`);
    case 'file':
      return decodeFile(readObject(part['file'], `${path}.file`), `${path}.file`);
    default:
      throw invalidField(`${path}.type`, 'one of text, image_url, input_audio, file, refusal');
  }
}

/** `image_url` is an object; some tools send the address alone. */
function decodeImage(value: Json | undefined, path: string): AttachmentBlock {
  const image = typeof value === 'string' ? { url: value } : readObject(value, path);
  const source = readAttachmentUrl(readString(image, 'url', path), 'image/*');
  if (!source) throw invalidField(`${path}.url`, 'an http(s) address or a data: URL with base64 data');
  const detail = optionalString(image, 'detail', path);
  return { type: 'attachment', ...source, ...(detail !== undefined && { detail }) };
}

function decodeAudio(audio: JsonObject, path: string): AttachmentBlock {
  const format = readString(audio, 'format', path);
  const source = readBase64(
    readString(audio, 'data', path),
    format === 'mp3' ? 'audio/mpeg' : `audio/${format}`,
  );
  if (!source) throw invalidField(`${path}.data`, 'base64 text');
  return { type: 'attachment', ...source };
}

function decodeFile(file: JsonObject, path: string): AttachmentBlock {
  const data = optionalString(file, 'file_data', path);
  if (data === undefined) {
    throw new AppError(
      'invalid_request',
      `${path}.file_data is missing; a file_id is known only to the provider it was uploaded to, so send the file itself.`,
      { body: { param: `${path}.file_data` } },
    );
  }
  const source = readAttachmentUrl(data, 'application/pdf') ?? readBase64(data, 'application/pdf');
  if (!source) throw invalidField(`${path}.file_data`, 'a data: URL with base64 data');
  const name = optionalString(file, 'filename', path);
  return { type: 'attachment', ...source, ...(name !== undefined && { name }) };
}
