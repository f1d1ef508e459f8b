/**
 * ChatGPT's data export: a zip with conversations.json, or conversations-000.json and following since 2026. OpenAI
 * documents none of it; the shape is described by mohamed-chs/convoviz (docs/dev/chatgpt-spec.md, version 3.0) and
 * mitkury/chatgpt-export-parser (docs/chatgpt-data-export-format.md).
 */
import { isJsonObject } from '../contract/json.ts';
import type { JsonObject } from '../contract/json.ts';
import type { Block } from '../contract/message.ts';
import type { TransferChat, TransferMessage } from '../contract/transfer.ts';
import { buildChat, buildMessage } from './build-chat.ts';
import type { FindFile } from './build-chat.ts';
import { readChatGptContent } from './chatgpt-content.ts';
import type { LeftOutReport } from './left-out-report.ts';
import { listOf, objectOf, textOf, timeOf } from './read-json.ts';

type Node = { id: string; message: JsonObject; parent: string | null; children: string[] };

/** Undefined where there is nothing in it to read. */
export function fromChatGpt(
  conversation: JsonObject,
  report: LeftOutReport,
  findFile: FindFile,
): TransferChat | undefined {
  const nodes = readNodes(objectOf(conversation['mapping']), report);
  const id = textOf(conversation['conversation_id']) || textOf(conversation['id']);
  if (id === '') {
    report.note('conversation without an id', textOf(conversation['title']));
    return undefined;
  }
  const { messages, placeOf } = walk(nodes, content => readMessage(content, report, findFile));
  if (messages.length === 0) {
    report.note('conversation without a message', textOf(conversation['title']) || id);
    return undefined;
  }
  return buildChat({
    id,
    title: textOf(conversation['title']),
    leaf_id: placeOf.get(textOf(conversation['current_node'])) ?? null,
    created_at: timeOf(conversation['create_time']),
    updated_at: timeOf(conversation['update_time']),
    messages,
  });
}

function readNodes(mapping: JsonObject, report: LeftOutReport): Map<string, Node> {
  const nodes = new Map<string, Node>();
  for (const [id, node] of Object.entries(mapping)) {
    if (!isJsonObject(node)) {
      report.note('node that is no object', id);
      continue;
    }
    const parent = textOf(node['parent']);
    const parentId = parent !== '' && parent !== id && parent in mapping ? parent : null;
    nodes.set(id, { id, message: objectOf(node['message']), parent: parentId, children: [] });
  }
  // By the parents alone: some exports have children lists that name nodes which are not there.
  for (const node of nodes.values()) if (node.parent !== null) nodes.get(node.parent)?.children.push(node.id);
  return nodes;
}

type Read = { role: 'user' | 'assistant'; blocks: Block[]; time: string | undefined; model: string | null };
type Visit = { id: string; parent: TransferMessage | null; mayJoin: boolean };

/**
 * The tree without what is hidden. A run of assistant and tool nodes is one answer as long as nothing branches off it.
 * `placeOf` tells which message a node has become part of.
 */
function walk(nodes: ReadonlyMap<string, Node>, read: (node: Node) => Read | undefined) {
  const messages: TransferMessage[] = [];
  const placeOf = new Map<string, string>();
  const roots = [...nodes.values()].filter(({ parent }) => parent === null);
  const open: Visit[] = roots.map(({ id }) => ({ id, parent: null, mayJoin: false })).reverse();
  for (let visit = open.pop(); visit; visit = open.pop()) {
    const node = nodes.get(visit.id);
    if (!node) continue;
    const here = place(node, visit, read(node), messages);
    if (here) placeOf.set(node.id, here.id);
    const mayJoin = node.children.length === 1;
    for (const id of node.children.toReversed()) open.push({ id, parent: here, mayJoin });
  }
  return { messages, placeOf };
}

/** The message the node is in, or hangs below where it is nothing itself. */
function place(
  node: Node,
  { parent, mayJoin }: Visit,
  found: Read | undefined,
  messages: TransferMessage[],
): TransferMessage | null {
  if (!found || found.blocks.length === 0) return parent;
  if (mayJoin && parent?.role === 'assistant' && found.role === 'assistant') {
    parent.content.push(...found.blocks);
    parent.model ??= found.model;
    return parent;
  }
  const message = buildMessage({
    id: node.id,
    parent_id: parent?.id ?? null,
    role: found.role,
    content: found.blocks,
    model: found.role === 'assistant' ? found.model : null,
    created_at: found.time ?? parent?.created_at ?? new Date(0).toISOString(),
  });
  messages.push(message);
  return message;
}

function readMessage(node: Node, report: LeftOutReport, findFile: FindFile): Read | undefined {
  const { message } = node;
  const metadata = objectOf(message['metadata']);
  const role = textOf(objectOf(message['author'])['role']);
  const content = objectOf(message['content']);
  if (Object.keys(content).length === 0) return undefined;
  const isHidden = metadata['is_visually_hidden_from_conversation'] === true || message['weight'] === 0;
  if (role === 'system' || (isHidden && role !== 'tool')) {
    const parts = listOf(content['parts']).map(textOf).join(' ').trim();
    // Nearly every conversation begins with an empty one.
    if (parts !== '') report.note(role === 'system' ? 'system message' : 'hidden message', parts);
    return undefined;
  }
  if (role !== 'user' && role !== 'assistant' && role !== 'tool') {
    report.note(`message of role ${role || 'none'}`, node.id);
    return undefined;
  }
  const slug = textOf(metadata['model_slug']);
  return {
    role: role === 'user' ? 'user' : 'assistant',
    blocks: readChatGptContent(message, report, findFile),
    time: timeOf(message['create_time']),
    model: slug === '' ? null : `chatgpt/${slug}`,
  };
}
