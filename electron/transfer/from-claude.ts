/**
 * Claude's data export: a zip (data-…-batch-0000.zip) with conversations.json, users.json, projects.json. Anthropic
 * documents none of it; the shape is described by Sinity/polylogue (docs/providers/claude-ai.md) and seen in the
 * importers of kenn-io/agentsview, whose tests show parent_message_uuid with the id of a root that is not there.
 */
import type { JsonObject } from '../contract/json.ts';
import type { Block } from '../contract/message.ts';
import type { TransferChat, TransferMessage } from '../contract/transfer.ts';
import { buildChat, buildMessage, textBlocks } from './build-chat.ts';
import type { LeftOutReport } from './left-out-report.ts';
import { mediaTypeOf } from './media-type.ts';
import { fenced, listOf, objectOf, textOf, timeOf } from './read-json.ts';

export function fromClaude(conversation: JsonObject, report: LeftOutReport): TransferChat | undefined {
  const id = textOf(conversation['uuid']);
  const title = textOf(conversation['name']);
  if (id === '') {
    report.note('conversation without an id', title);
    return undefined;
  }
  const messages = readMessages(listOf(conversation['chat_messages']).map(objectOf), report);
  if (messages.length === 0) {
    report.note('conversation without a message', title || id);
    return undefined;
  }
  const model = textOf(conversation['model']);
  for (const message of messages) {
    if (message.role === 'assistant' && model !== '') message.model = `claude/${model}`;
  }
  return buildChat({
    id,
    title,
    leaf_id: textOf(conversation['current_leaf_message_uuid']) || null,
    created_at: timeOf(conversation['created_at']),
    updated_at: timeOf(conversation['updated_at']),
    messages,
  });
}

function readMessages(given: JsonObject[], report: LeftOutReport): TransferMessage[] {
  const ids = new Set(given.map(each => textOf(each['uuid'])));
  const messages: TransferMessage[] = [];
  /** Where replies to a message hang that had nothing in it. */
  const standsFor = new Map<string, string | null>();
  for (const [index, each] of given.entries()) {
    const id = textOf(each['uuid']);
    const role = { human: 'user', assistant: 'assistant' }[textOf(each['sender'])];
    if (id === '' || (role !== 'user' && role !== 'assistant')) {
      report.note(`message of sender ${textOf(each['sender']) || 'none'}`, textOf(each['text']));
      continue;
    }
    const parent = textOf(each['parent_message_uuid']);
    // Older exports have no parents: there each message answers the one before it.
    const before = 'parent_message_uuid' in each ? parent : textOf(given[index - 1]?.['uuid']);
    const known = before !== id && ids.has(before) ? before : null;
    const parentId = known === null ? null : (standsFor.get(known) ?? (standsFor.has(known) ? null : known));
    const content = [...readFiles(each, report), ...readContent(each, report)];
    if (content.length === 0) {
      standsFor.set(id, parentId);
      report.note('message without content', id);
      continue;
    }
    const created_at = timeOf(each['created_at']) ?? new Date(0).toISOString();
    messages.push(buildMessage({ id, parent_id: parentId, role, content, created_at }));
  }
  return messages;
}

function readContent(message: JsonObject, report: LeftOutReport): Block[] {
  const blocks = listOf(message['content']).map(objectOf);
  // Before 2024 there was the text alone, and some newer messages have a text and no blocks.
  if (blocks.length === 0) return textBlocks(textOf(message['text']));
  return blocks.flatMap(block => readBlock(block, report));
}

function readBlock(block: JsonObject, report: LeftOutReport): Block[] {
  const type = textOf(block['type']);
  switch (type) {
    case 'text':
      return textBlocks(textOf(block['text']) + sourcesOf(block));
    case 'thinking': {
      const text = textOf(block['thinking']);
      return text === '' ? [] : [{ type: 'thinking', text }];
    }
    case 'tool_use':
      return textBlocks(readToolUse(block));
    case 'tool_result':
      return textBlocks(readToolResult(block, report));
    // Marks where the limit of tokens was topped up.
    case 'token_budget':
      return [];
    default:
      report.note(`block of type ${type || 'none'}`, textOf(block['text']));
      return textBlocks(textOf(block['text']));
  }
}

function sourcesOf(block: JsonObject): string {
  const sources = new Map(
    listOf(block['citations']).flatMap(each => {
      const citation = objectOf(each);
      const details = objectOf(citation['details']);
      const url = textOf(citation['url']) || textOf(details['url']);
      return url === '' ? [] : [[url, textOf(citation['title']) || url] as const];
    }),
  );
  return sources.size === 0
    ? ''
    : `\n\n${[...sources].map(([url, title]) => `- [${title}](${url})`).join('\n')}`;
}

/** An artifact's text is what was written for the person; of other tools the arguments are shown. */
function readToolUse(block: JsonObject): string {
  const name = textOf(block['name']) || 'tool';
  const input = objectOf(block['input']);
  const document = textOf(input['content']) || textOf(input['code']);
  if (document === '') return `**${name}**\n\n${fenced(JSON.stringify(input, null, 2), 'json')}`;
  const title = textOf(input['title']) || name;
  const type = textOf(input['type']);
  if (type === 'text/markdown') return `**${title}**\n\n${document}`;
  const language = textOf(input['language']) || (type === 'text/html' ? 'html' : '');
  return `**${title}**\n\n${fenced(document, language)}`;
}

function readToolResult(block: JsonObject, report: LeftOutReport): string {
  const parts = listOf(block['content']).map(objectOf);
  const texts = parts.flatMap(part => {
    if (textOf(part['text']) !== '') return [textOf(part['text'])];
    if (textOf(part['url']) !== '') return [`${textOf(part['title'])} ${textOf(part['url'])}`.trim()];
    report.note(`tool result of type ${textOf(part['type']) || 'none'}`, textOf(block['name']));
    return [];
  });
  const text = texts.join('\n\n') || textOf(block['content']);
  // What an artifact's tool says is only that it worked.
  return text === '' || text === 'OK' ? '' : fenced(text, 'text');
}

/** Attachments come with the text taken out of them; images and other files are only named. */
function readFiles(message: JsonObject, report: LeftOutReport): Block[] {
  const attachments = listOf(message['attachments']).map(objectOf);
  const names = new Set(attachments.map(each => textOf(each['file_name'])));
  const files = [...listOf(message['files']), ...listOf(message['files_v2'])]
    .map(objectOf)
    .filter(file => !names.has(textOf(file['file_name'])) && names.add(textOf(file['file_name'])));
  return [...attachments, ...files].flatMap((file): Block[] => {
    const name = textOf(file['file_name']) || 'file';
    const text = textOf(file['extracted_content']);
    if (text === '') {
      report.note('file that is not in the archive', name);
      return textBlocks(`*[file: ${name}]*`);
    }
    const known = mediaTypeOf(name);
    const data = Buffer.from(text).toString('base64');
    // It is the text of the file, whatever the file was.
    const media_type = known.startsWith('text/') || known === 'application/json' ? known : 'text/plain';
    return [{ type: 'attachment', media_type, name, source: { type: 'base64', data } }];
  });
}
