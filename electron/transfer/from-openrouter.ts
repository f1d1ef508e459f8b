/**
 * A chat exported from openrouter.ai/chat: one JSON file, `version` orpg.1.0 to orpg.3.0. OpenRouter documents none of
 * it; read from artisticMink/OpenRouterImportForSillyTavern (src/OrpgV2, src/OrpgV3). In 1 and 2 a message holds its
 * `content` and `reasoning`; in 3 it names items, which hold them. A question has no parent, or the answer before it.
 */
import { createHash } from 'node:crypto';

import { isJsonObject } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';
import type { Block } from '../contract/message.ts';
import type { TransferChat, TransferMessage } from '../contract/transfer.ts';
import { buildChat, buildMessage, textBlocks } from './build-chat.ts';
import type { LeftOutReport } from './left-out-report.ts';
import { dataUrlBlock } from './data-url-block.ts';
import { fenced, listOf, objectOf, textOf, timeOf } from './read-json.ts';

export function fromOpenRouter(room: JsonObject, report: LeftOutReport): TransferChat | undefined {
  const title = textOf(room['title']);
  const entries = entriesOf(room['messages'])
    .map(([id, message]) => ({
      id: textOf(message['id']) || id,
      message,
      time: timeOf(message['createdAt']),
    }))
    .toSorted((one, other) => (one.time ?? '').localeCompare(other.time ?? ''));
  const ids = new Set(entries.map(({ id }) => id));
  const messages: TransferMessage[] = [];
  for (const { id, message, time } of entries) {
    const role = textOf(message['type']) || textOf(message['role']);
    const content = readContent(message, objectOf(room['items']), report);
    if ((role !== 'user' && role !== 'assistant') || content.length === 0) {
      if (role === 'user' || role === 'assistant') report.note('message without content', id);
      else report.note(`message of type ${role || 'none'}`, textOf(message['content']));
      continue;
    }
    const named = textOf(message['parentMessageId']);
    const parent =
      ids.has(named) && messages.some(each => each.id === named) ? named : parentOf(role, messages);
    messages.push(
      buildMessage({
        id,
        parent_id: parent,
        role,
        content,
        model: role === 'assistant' ? modelOf(message, objectOf(room['characters'])) : null,
        created_at: time ?? messages.at(-1)?.created_at ?? new Date(0).toISOString(),
      }),
    );
  }
  if (messages.length === 0) {
    report.note('chat without a message', title);
    return undefined;
  }
  return buildChat({
    id: idOf(room, messages),
    title,
    created_at: undefined,
    updated_at: undefined,
    messages,
  });
}

/** A question follows the last answer; an answer the last question: two models asked at once answer the same one. */
function parentOf(role: 'user' | 'assistant', messages: readonly TransferMessage[]): string | null {
  const other = role === 'user' ? 'assistant' : 'user';
  return messages.findLast(message => message.role === other)?.id ?? null;
}

/** The file names no chat: what its first messages are called has to do, so that a later export is the same chat. */
function idOf(room: JsonObject, messages: readonly TransferMessage[]): string {
  const given = textOf(room['id']) || textOf(room['roomId']);
  if (given !== '') return given;
  return `openrouter-${createHash('sha256')
    .update(messages[0]?.id ?? '')
    .digest('hex')
    .slice(0, 24)}`;
}

function modelOf(message: JsonObject, characters: JsonObject): string | null {
  const character = objectOf(characters[textOf(message['characterId'])]);
  const model =
    textOf(message['model']) ||
    textOf(character['model']) ||
    textOf(objectOf(character['modelInfo'])['slug']);
  return model === '' ? null : `openrouter/${model}`;
}

function readContent(message: JsonObject, items: JsonObject, report: LeftOutReport): Block[] {
  const reasoning = textOf(message['reasoning']);
  const thinking: Block[] = reasoning === '' ? [] : [{ type: 'thinking', text: reasoning }];
  const own = [...thinking, ...readParts(message['content'], report), ...readAttachments(message, report)];
  const named = listOf(message['items']).map(reference =>
    typeof reference === 'string' ? reference : textOf(objectOf(reference)['id']),
  );
  return [...own, ...named.flatMap(id => readItem(objectOf(objectOf(items[id])['data']), id, report))];
}

/** Items are those of OpenAI's Responses API. */
function readItem(data: JsonObject, id: string, report: LeftOutReport): Block[] {
  const type = textOf(data['type']);
  switch (type) {
    case 'message':
      return readParts(data['content'], report);
    case 'reasoning': {
      const parts = [...listOf(data['content']), ...listOf(data['summary'])].map(part =>
        textOf(objectOf(part)['text']),
      );
      const text = parts.filter(Boolean).join('\n\n');
      return text === '' ? [] : [{ type: 'thinking', text }];
    }
    case 'function_call':
      return textBlocks(`**${textOf(data['name'])}**\n\n${fenced(textOf(data['arguments']), 'json')}`);
    case 'function_call_output':
      return textBlocks(fenced(textOf(data['output']), 'text'));
    default:
      report.note(`item of type ${type || 'none'}`, id);
      return [];
  }
}

function readParts(content: Json | undefined, report: LeftOutReport): Block[] {
  if (typeof content === 'string') return textBlocks(content);
  return listOf(content)
    .map(objectOf)
    .flatMap((part): Block[] => {
      const type = textOf(part['type']);
      if (['text', 'input_text', 'output_text'].includes(type)) return textBlocks(textOf(part['text']));
      const url = textOf(part['image_url']) || textOf(objectOf(part['image_url'])['url']);
      const block = url === '' ? undefined : dataUrlBlock(url);
      if (block) return [block];
      report.note(`part of type ${type || 'none'}`, textOf(part['text']));
      return [];
    });
}

function readAttachments(message: JsonObject, report: LeftOutReport): Block[] {
  return listOf(message['attachments']).flatMap((each): Block[] => {
    const file = objectOf(each);
    const block = dataUrlBlock(
      textOf(file['url']) || textOf(file['content']),
      textOf(file['name']) || undefined,
    );
    if (block) return [block];
    report.note('attachment that cannot be read', textOf(file['name']));
    return [];
  });
}

function entriesOf(value: Json | undefined): [string, JsonObject][] {
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(objectOf(value));
  return entries.flatMap(([key, each]): [string, JsonObject][] =>
    isJsonObject(each) ? [[String(key), each]] : [],
  );
}
