import type { JsonObject } from '../contract/json.ts';
import type { Block } from '../contract/message.ts';
import { archiveScheme, textBlocks } from './build-chat.ts';
import type { FindFile } from './build-chat.ts';
import { dataUrlBlock } from './data-url-block.ts';
import type { LeftOutReport } from './left-out-report.ts';
import { mediaTypeOf } from './media-type.ts';
import { fenced, listOf, objectOf, textOf } from './read-json.ts';

/** One row of message_blocks; from-cherry-studio.ts names the source of the shape. */
export function readCherryBlock(block: JsonObject, report: LeftOutReport, findFile: FindFile): Block[] {
  const type = textOf(block['type']);
  const content = textOf(block['content']);
  switch (type) {
    case 'main_text':
    case 'translation':
    case 'compact':
      return textBlocks(content);
    case 'thinking':
      return content === '' ? [] : [{ type: 'thinking', text: content }];
    case 'code':
      return textBlocks(fenced(content, textOf(block['language'])));
    case 'image': {
      const shown = dataUrlBlock(textOf(block['url']));
      return shown ? [shown] : readCherryFile(objectOf(block['file']), report, findFile);
    }
    case 'file':
      return readCherryFile(objectOf(block['file']), report, findFile);
    case 'tool':
      return textBlocks(readTool(block));
    case 'error':
      return textBlocks(quote(textOf(objectOf(block['error'])['message'])));
    case 'citation':
      return textBlocks(readCitations(block));
    // What stands there until the first word comes.
    case 'unknown':
      return [];
    default:
      report.note(`block of type ${type || 'none'}`, content);
      return textBlocks(content);
  }
}

/** Files lie under Data/Files, named by their id. */
export function readCherryFile(file: JsonObject, report: LeftOutReport, findFile: FindFile): Block[] {
  const id = textOf(file['id']);
  const name = textOf(file['origin_name']) || textOf(file['name']) || id;
  if (name === '') return [];
  const stored = id === '' ? undefined : findFile(`Data/Files/${id}`);
  if (stored === undefined) {
    report.note('file that is not in the archive', name);
    return textBlocks(`*[file: ${name}]*`);
  }
  const source = { type: 'url' as const, url: `${archiveScheme}${stored}` };
  return [{ type: 'attachment', media_type: mediaTypeOf(stored), name, source }];
}

function readTool(block: JsonObject): string {
  const raw = objectOf(objectOf(block['metadata'])['rawMcpToolResponse']);
  const name = textOf(block['toolName']) || textOf(objectOf(raw['tool'])['name']) || 'tool';
  const given = Object.keys(objectOf(block['arguments'])).length > 0 ? block['arguments'] : raw['arguments'];
  const content = block['content'] ?? raw['response'];
  const result = typeof content === 'string' ? content : JSON.stringify(content ?? null, null, 2);
  const parts = [`**${name}**`];
  if (given !== undefined) parts.push(fenced(JSON.stringify(given, null, 2), 'json'));
  if (result !== 'null') parts.push(fenced(result, 'text'));
  return parts.join('\n\n');
}

function quote(text: string): string {
  return text === '' ? '' : `> ${text.replaceAll('\n', '\n> ')}`;
}

function readCitations(block: JsonObject): string {
  const results = objectOf(objectOf(block['response'])['results']);
  const found = [...listOf(objectOf(block['response'])['results']), ...listOf(results['results'])].map(
    objectOf,
  );
  const links = found.flatMap(each => {
    const url = textOf(each['url']) || textOf(each['link']);
    return url === '' ? [] : [`- [${textOf(each['title']) || url}](${url})`];
  });
  return links.join('\n');
}
