import type { BlockStartDelta, Delta } from '../../contract/deltas.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import { asText, objectsField, textField } from '../json-fields.ts';
import { joinNamespace } from '../tool-name.ts';
import { nativeKinds, nativeTypeOfCall } from './native-calls.ts';
import type { NativeType } from './native-calls.ts';
import { partSeparator, sealReasoning } from './reasoning-signature.ts';
import { sealPhase } from './text-phase.ts';

export type ReasoningPlace = 'summary' | 'content';

type Item = {
  id: string | undefined;
  /** Our index of each of a message's parts that said something. */
  texts: Map<number, number>;
  /** Our index of the item's thinking, once there is any. */
  thinking: number | undefined;
  /** Some servers show both the reasoning and its summary: the one that comes first is enough. */
  place: ReasoningPlace | undefined;
  /** Length of each part of reasoning, by its index, in the order they came. */
  parts: Map<number, number>;
  call: { index: number; hasArguments: boolean } | undefined;
  /** What a message is to the one who asked; told of each of its texts, as early as it is known. */
  phase: string | undefined;
  isPhaseTold: boolean;
  isDone: boolean;
};

/** The items of an answer by their place, and how many of our blocks they made. */
export type ItemDecoder = {
  items: Map<string, Item>;
  next: { text: number; thinking: number; tool_use: number };
  /** Makes ids of calls unlike those of other answers, where the server gave none. */
  answerId: string;
  /** Names of tools as they were asked. */
  decodeName: (name: string) => string;
};

export function createItemDecoder(decodeName: (name: string) => string): ItemDecoder {
  return { items: new Map(), next: { text: 0, thinking: 0, tool_use: 0 }, answerId: '', decodeName };
}

/** `output_item.added`: a call says here who it is. */
export function startItem(decoder: ItemDecoder, key: string, content: JsonObject): Delta[] {
  const item = findItem(decoder, key);
  item.id ??= textField(content, 'id');
  item.phase ??= textField(content, 'phase');
  const type = textField(content, 'type') ?? '';
  return type === 'function_call' || nativeTypeOfCall(type) ? startCall(decoder, item, content) : [];
}

export function growText(decoder: ItemDecoder, key: string, part: number, delta: string): Delta[] {
  const item = findItem(decoder, key);
  const known = item.texts.get(part);
  if (known !== undefined) return [{ type: 'block_delta', block: 'text', index: known, delta }];
  const index = decoder.next.text++;
  item.texts.set(part, index);
  const grown: Delta = { type: 'block_delta', block: 'text', index, delta };
  if (item.phase === undefined) return [grown];
  item.isPhaseTold = true;
  return [{ type: 'block_start', block: 'text', index, signature: sealPhase(item.phase) }, grown];
}

/** The whole of a part, for servers that sent no pieces of it. */
export function endText(decoder: ItemDecoder, key: string, part: number, text: string): Delta[] {
  return findItem(decoder, key).texts.has(part) ? [] : growText(decoder, key, part, text);
}

export function growReasoning(
  decoder: ItemDecoder,
  key: string,
  { place, part }: { place: ReasoningPlace; part: number },
  delta: string,
): Delta[] {
  const item = findItem(decoder, key);
  item.place ??= place;
  if (item.place !== place) return [];
  const length = item.parts.get(part);
  const text = length === undefined && item.parts.size > 0 ? partSeparator + delta : delta;
  item.parts.set(part, (length ?? 0) + delta.length);
  const started = item.thinking === undefined ? [startThinking(decoder, item)] : [];
  const index = item.thinking ?? 0;
  return [...started, { type: 'block_delta', block: 'thinking', index, delta: text }];
}

export function growArguments(decoder: ItemDecoder, key: string, delta: string): Delta[] {
  const { call } = findItem(decoder, key);
  if (!call) return [];
  call.hasArguments = true;
  return [{ type: 'block_delta', block: 'tool_use', index: call.index, delta }];
}

/** `output_item.done`: says again all that was said, and more. */
export function endItem(decoder: ItemDecoder, key: string, content: JsonObject): Delta[] {
  const item = findItem(decoder, key);
  if (item.isDone) return [];
  item.isDone = true;
  item.id ??= textField(content, 'id');
  item.phase ??= textField(content, 'phase');
  if (callKind(content)) return endCall(decoder, key, content);
  switch (content['type']) {
    case 'message':
      return endMessage(decoder, key, content);
    case 'reasoning':
      return endReasoning(decoder, key, content);
    case 'function_call':
      return endCall(decoder, key, content);
    default:
      // What OpenAI's own tools did on its servers; asked for only where the bytes pass as they are.
      return [];
  }
}

function endMessage(decoder: ItemDecoder, key: string, content: JsonObject): Delta[] {
  const deltas = objectsField(content, 'content').flatMap((part, index) => {
    const text = textField(part, 'text') ?? textField(part, 'refusal');
    return text === undefined ? [] : endText(decoder, key, index, text);
  });
  const { phase, isPhaseTold, texts } = findItem(decoder, key);
  if (phase === undefined || isPhaseTold) return deltas;
  const signature = sealPhase(phase);
  const signed = [...texts.values()].map((index): Delta => ({
    type: 'block_delta',
    block: 'text',
    index,
    signature,
  }));
  return [...deltas, ...signed];
}

function findItem({ items }: ItemDecoder, key: string): Item {
  const known = items.get(key);
  if (known) return known;
  const item: Item = {
    id: undefined,
    texts: new Map(),
    thinking: undefined,
    place: undefined,
    parts: new Map(),
    call: undefined,
    phase: undefined,
    isPhaseTold: false,
    isDone: false,
  };
  items.set(key, item);
  return item;
}

function startCall(decoder: ItemDecoder, item: Item, content: JsonObject): Delta[] {
  const kind = callKind(content);
  const name = kind === undefined || kind === 'custom' ? calledName(decoder, content) : fixedName(kind);
  // Without a name it begins when it is done, which is when everything is known.
  if (item.call || name === undefined) return [];
  const index = decoder.next.tool_use++;
  item.call = { index, hasArguments: false };
  // Without any id a later result could not name its call.
  const id = textField(content, 'call_id') ?? textField(content, 'id') ?? `call_${decoder.answerId}_${index}`;
  return [{ type: 'block_start', block: 'tool_use', index, id, name }];
}

function callKind(content: JsonObject): NativeType | undefined {
  return nativeTypeOfCall(textField(content, 'type') ?? '');
}

function calledName({ decodeName }: ItemDecoder, content: JsonObject): string | undefined {
  const name = textField(content, 'name');
  const namespace = textField(content, 'namespace');
  // OpenAI's way of naming a tool that was found by searching and is in no group.
  if (name === undefined || namespace === name) return name;
  return namespace === undefined ? decodeName(name) : joinNamespace(namespace, name);
}

function fixedName(kind: NativeType): string {
  return nativeKinds[kind].define({}).name;
}

function startThinking(decoder: ItemDecoder, item: Item, signature?: string): BlockStartDelta {
  const index = (item.thinking = decoder.next.thinking++);
  const start: BlockStartDelta = { type: 'block_start', block: 'thinking', index };
  if (item.id !== undefined) start.id = item.id;
  if (signature !== undefined) start.signature = signature;
  return start;
}

function endReasoning(decoder: ItemDecoder, key: string, content: JsonObject): Delta[] {
  const item = findItem(decoder, key);
  const deltas: Delta[] = [];
  for (const place of ['summary', 'content'] as const) {
    for (const [part, { text }] of objectsField(content, place).entries()) {
      const whole = asText(text);
      if (whole === undefined || item.parts.has(part)) continue;
      deltas.push(...growReasoning(decoder, key, { place, part }, whole));
    }
  }
  const encrypted_content = textField(content, 'encrypted_content');
  if (encrypted_content === undefined) return deltas;
  const signature = sealReasoning({
    ...(item.id !== undefined && { id: item.id }),
    encrypted_content,
    ...(item.parts.size > 1 && { parts: [...item.parts.values()] }),
    ...(item.place === 'content' && { raw: true }),
  });
  const { thinking: index } = item;
  const signed: Delta =
    index === undefined
      ? startThinking(decoder, item, signature)
      : { type: 'block_delta', block: 'thinking', index, signature };
  return [...deltas, signed];
}

function endCall(decoder: ItemDecoder, key: string, content: JsonObject): Delta[] {
  const item = findItem(decoder, key);
  const deltas = startCall(decoder, item, content);
  const kind = callKind(content);
  if (kind === undefined) {
    return [...deltas, ...endArguments(decoder, key, argumentsText(content['arguments']))];
  }
  if (item.call?.hasArguments === false) {
    return [...deltas, ...growArguments(decoder, key, JSON.stringify(nativeKinds[kind].readCall(content)))];
  }
  // Text that came in pieces was put in quotes, see growInput.
  return kind === 'custom' ? [...deltas, ...growArguments(decoder, key, '"}')] : deltas;
}

/** The whole of a call's arguments, for servers that sent no pieces of it. */
export function endArguments(decoder: ItemDecoder, key: string, whole: string): Delta[] {
  const { call } = findItem(decoder, key);
  return call?.hasArguments === false && whole !== '' ? growArguments(decoder, key, whole) : [];
}

/** A piece of the text a call takes, as a piece of the arguments of the function that stands for it. */
export function growInput(decoder: ItemDecoder, key: string, delta: string): Delta[] {
  const { call } = findItem(decoder, key);
  const piece = JSON.stringify(delta).slice(1, -1);
  return growArguments(decoder, key, call?.hasArguments === false ? `{"input":"${piece}` : piece);
}

/** Some servers send the arguments as the object they stand for. */
function argumentsText(value: Json | undefined): string {
  return isJsonObject(value) ? JSON.stringify(value) : (asText(value) ?? '');
}
