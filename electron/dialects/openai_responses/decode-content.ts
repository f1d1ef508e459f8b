import { AppError } from '../../contract/errors.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { AttachmentBlock, TextBlock } from '../../contract/message.ts';
import { readAttachmentUrl, readBase64 } from '../data-url.ts';
import { invalidField, optionalString, readObject, readString } from '../request-fields.ts';

/** Content is a string or a list of parts. An empty string is no block: several vendors refuse empty ones. */
export function decodeContent(content: Json | undefined, path: string): (TextBlock | AttachmentBlock)[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw invalidField(path, 'a string or a list of content parts');
  return content.map((part, index) => decodePart(readObject(part, `${path}[${index}]`), `${path}[${index}]`));
}

/** Content that can only be text: of system and developer, and of what the model said itself. */
export function decodeTexts(content: Json | undefined, path: string): TextBlock[] {
  return decodeContent(content, path).map((block, index) => {
    if (block.type === 'text') return block;
    throw invalidField(`${path}[${index}].type`, 'a text part in a message of this role');
  });
}

function decodePart(part: JsonObject, path: string): TextBlock | AttachmentBlock {
  switch (readString(part, 'type', path)) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: readString(part, 'text', path) };
    case 'refusal':
      return { type: 'text', text: readString(part, 'refusal', path) };
    case 'input_image':
      return decodeImage(part, path);
    case 'input_file':
      return decodeFile(part, path);
    case 'input_audio':
      return decodeAudio(readObject(part['input_audio'], `${path}.input_audio`), `${path}.input_audio`);
    default:
      throw invalidField(
        `${path}.type`,
        'one of input_text, input_image, input_file, input_audio, output_text, refusal',
      );
  }
}

function decodeImage(part: JsonObject, path: string): AttachmentBlock {
  const url = optionalString(part, 'image_url', path);
  if (url === undefined) throw onlyAtVendor(part, path, 'image_url');
  const source = readAttachmentUrl(url, 'image/*');
  if (!source) throw invalidField(`${path}.image_url`, 'an http(s) address or a data: URL with base64 data');
  const detail = optionalString(part, 'detail', path);
  // What a missing one means, too.
  return {
    type: 'attachment',
    ...source,
    ...(detail !== undefined && detail !== 'auto' && { detail }),
  };
}

function decodeFile(part: JsonObject, path: string): AttachmentBlock {
  const data = optionalString(part, 'file_data', path);
  const url = optionalString(part, 'file_url', path);
  if (data === undefined && url === undefined) throw onlyAtVendor(part, path, 'file_data');
  const field = data === undefined ? 'file_url' : 'file_data';
  const source =
    readAttachmentUrl(data ?? url ?? '', 'application/pdf') ??
    (data === undefined ? undefined : readBase64(data, 'application/pdf'));
  if (!source) {
    throw invalidField(
      `${path}.${field}`,
      data === undefined ? 'an http(s) address' : 'a data: URL with base64 data',
    );
  }
  const name = optionalString(part, 'filename', path);
  return { type: 'attachment', ...source, ...(name !== undefined && { name }) };
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

function onlyAtVendor(part: JsonObject, path: string, field: string): AppError {
  const said =
    typeof part['file_id'] === 'string'
      ? 'a file_id is known only to the provider it was uploaded to, so send the file itself'
      : 'send the file itself';
  return new AppError('invalid_request', `${path}.${field} is missing; ${said}.`, {
    body: { param: `${path}.${field}` },
  });
}
