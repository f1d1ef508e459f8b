import { isJsonObject } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';
import type { AttachmentBlock, Block } from '../contract/message.ts';
import { archiveScheme, textBlocks } from './build-chat.ts';
import type { FindFile } from './build-chat.ts';
import type { LeftOutReport } from './left-out-report.ts';
import { mediaTypeOf } from './media-type.ts';
import { fenced, listOf, objectOf, textOf } from './read-json.ts';

/** What a message of ChatGPT says; its header in from-chatgpt.ts names the sources of the shape. */
export function readChatGptContent(message: JsonObject, report: LeftOutReport, findFile: FindFile): Block[] {
  const content = objectOf(message['content']);
  const type = textOf(content['content_type']);
  const context = { report, findFile };
  switch (type) {
    case 'text':
    case 'multimodal_text': {
      const isTool = textOf(objectOf(message['author'])['role']) === 'tool';
      const parts = listOf(content['parts']).flatMap(part => readPart(part, context));
      return [
        ...readAttachments(objectOf(message['metadata']), parts, context),
        ...(isTool ? quoteTool(message, parts, report) : addSources(message, parts)),
      ];
    }
    case 'code':
      return readCode(message, content);
    case 'execution_output':
      return textBlocks(textOf(content['text']) && fenced(textOf(content['text']), 'text'));
    case 'thoughts':
      return readThoughts(content['thoughts']);
    case 'reasoning_recap':
      return [];
    case 'tether_quote':
    case 'sonic_webpage':
      return quotePage(content);
    case 'tether_browsing_display':
      report.note(
        'content type tether_browsing_display',
        textOf(content['summary']) || textOf(content['result']),
      );
      return [];
    case 'system_error':
      return textBlocks(fenced(textOf(content['text']) || textOf(content['name']), 'text'));
    default:
      return readUnknown(type, content, report);
  }
}

type Context = { report: LeftOutReport; findFile: FindFile };

function readPart(part: Json, { report, findFile }: Context): Block[] {
  if (typeof part === 'string') return textBlocks(part);
  if (!isJsonObject(part)) return [];
  const type = textOf(part['content_type']);
  if (type === 'image_asset_pointer') return readImage(part, report, findFile);
  if (type === 'audio_transcription') return textBlocks(textOf(part['text']));
  report.note(`part of type ${type || 'none'}`, textOf(part['text']) || textOf(part['asset_pointer']));
  return textBlocks(textOf(part['text']));
}

function readImage(part: JsonObject, report: LeftOutReport, findFile: FindFile): Block[] {
  // file-service://file-… before 2025, sediment://file_… since; the file's name begins with what follows.
  const name = textOf(part['asset_pointer']).replace(/^[a-z-]+:\/\//, '');
  const file = name === '' ? undefined : findFile(name);
  if (file !== undefined) return [archived(file, file.split('/').at(-1) ?? name)];
  report.note('image that is not in the archive', name);
  const prompt = textOf(objectOf(objectOf(part['metadata'])['dalle'])['prompt']);
  return textBlocks(`*[image: ${prompt || name || 'without a name'}]*`);
}

function archived(file: string, name: string): AttachmentBlock {
  return {
    type: 'attachment',
    media_type: mediaTypeOf(file),
    name,
    source: { type: 'url', url: `${archiveScheme}${file}` },
  };
}

/** Uploaded files stand in the metadata; images among them are parts of the content, too. */
function readAttachments(metadata: JsonObject, parts: Block[], { report, findFile }: Context): Block[] {
  return listOf(metadata['attachments']).flatMap((each): Block[] => {
    const attachment = objectOf(each);
    const id = textOf(attachment['id']);
    const name = textOf(attachment['name']) || id;
    const isShown = id !== '' && parts.some(part => JSON.stringify(part).includes(id));
    if (name === '' || isShown) return [];
    const file = id === '' ? undefined : findFile(id);
    if (file !== undefined) return [archived(file, name)];
    report.note('file that is not in the archive', name);
    return textBlocks(`*[file: ${name}]*`);
  });
}

/** What a tool hands back belongs to the answer where one sees it: pictures it made. Its text is for the model. */
function quoteTool(message: JsonObject, parts: Block[], report: LeftOutReport): Block[] {
  const name = textOf(objectOf(message['author'])['name']) || 'tool';
  return parts.filter(part => {
    if (part.type !== 'text') return true;
    report.note(`text of the tool ${name}`, part.text);
    return false;
  });
}

function readCode(message: JsonObject, content: JsonObject): Block[] {
  const text = textOf(content['text']);
  if (text === '') return [];
  const recipient = textOf(message['recipient']);
  const language = textOf(content['language']);
  const isNamed = language !== '' && language !== 'unknown';
  return textBlocks(fenced(text, isNamed ? language : recipient === 'python' ? 'python' : ''));
}

/** A list of steps with a heading each; one text in older exports. */
function readThoughts(thoughts: Json | undefined): Block[] {
  const text =
    typeof thoughts === 'string'
      ? thoughts
      : listOf(thoughts)
          .map(objectOf)
          .map(({ summary, content }) => [textOf(summary), textOf(content)].filter(Boolean).join('\n'))
          .join('\n\n');
  return text.trim() === '' ? [] : [{ type: 'thinking', text }];
}

function quotePage(content: JsonObject): Block[] {
  const title = textOf(content['title']) || textOf(content['domain']);
  const url = textOf(content['url']);
  const text = textOf(content['snippet']) || textOf(content['text']);
  const head = url === '' ? title : `[${title || url}](${url})`;
  return textBlocks(
    [head, text]
      .filter(Boolean)
      .join('\n\n')
      .split('\n')
      .map(line => `> ${line}`)
      .join('\n'),
  );
}

/** Marks such as 【1†source】 mean nothing outside ChatGPT; the sources they stand for are listed below the text. */
function addSources(message: JsonObject, parts: Block[]): Block[] {
  const metadata = objectOf(message['metadata']);
  const cited = [...listOf(metadata['citations']), ...listOf(metadata['content_references'])].flatMap(
    each => {
      const reference = objectOf(each);
      const found = objectOf(reference['metadata']);
      return [reference, found, ...listOf(reference['items']).map(objectOf)];
    },
  );
  const sources = new Map(
    cited.flatMap(each => {
      const url = textOf(each['url']);
      return url === '' ? [] : [[url, textOf(each['title']) || url] as const];
    }),
  );
  const clean = parts.map(part =>
    part.type === 'text' ? { ...part, text: part.text.replaceAll(citationMarks, '') } : part,
  );
  if (sources.size === 0) return clean;
  return [...clean, ...textBlocks([...sources].map(([url, title]) => `- [${title}](${url})`).join('\n'))];
}

/** 【…†…】, and what stands between private-use characters (U+E200 … U+E201) in newer exports. */
const citationMarks = /【[^【】]*†[^【】]*】|\uE200[^\uE201]*\uE201/gu;

function readUnknown(type: string, content: JsonObject, report: LeftOutReport): Block[] {
  const parts = listOf(content['parts']).map(textOf).filter(Boolean).join('\n\n');
  const text = parts || textOf(content['text']) || textOf(content['content']);
  report.note(`content type ${type || 'none'}`, text);
  return [];
}
