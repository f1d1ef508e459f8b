import type { BlockDelta, Delta } from '../../contract/deltas.ts';
import { parseJson } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import { asText, numberField, objectField, textField } from '../json-fields.ts';
import { readThoughtSignature } from './thought-signature.ts';

/** Puts the pieces of tool calls together, whichever way a server cuts them. */
export type ToolCallDecoder = {
  /** The tool calls of one chunk. `answerId` makes an id where the server gave none. */
  decode(pieces: JsonObject[], answerId: string): Delta[];
  /** Calls that never got a name, and what still has to be closed. */
  flush(answerId: string): Delta[];
};

type OpenCall = {
  /** Our index, counted over calls only. */
  index: number;
  wireIndex: number | undefined;
  id: string | undefined;
  name: string | undefined;
  /** Arguments so far: held back until the call has a name, and looked at to tell where a call ends. */
  text: string;
  started: boolean;
  /** It takes text: its pieces are put in quotes, to be the argument of the function that stands for it. */
  isCustom: boolean;
  signature: string | undefined;
};

type Piece = {
  wireIndex: number | undefined;
  id: string | undefined;
  name: string | undefined;
  text: string;
  isCustom: boolean;
  signature: string | undefined;
};

/** `decodeName` gives tools the names they were asked by. */
export function createToolCallDecoder(decodeName: (name: string) => string): ToolCallDecoder {
  const calls: OpenCall[] = [];

  function openCall({ wireIndex, id, isCustom }: Piece): OpenCall {
    const index = calls.length;
    const call: OpenCall = {
      index,
      wireIndex,
      id,
      name: undefined,
      text: '',
      started: false,
      isCustom,
      signature: undefined,
    };
    calls.push(call);
    return call;
  }

  function decodePiece(piece: Piece, usedInChunk: Set<OpenCall>, answerId: string): Delta[] {
    const call = findCall(calls, piece, usedInChunk) ?? openCall(piece);
    usedInChunk.add(call);
    call.id ??= piece.id;
    call.name ??= piece.name;
    call.text += piece.text;
    const isSigned = call.signature === undefined && piece.signature !== undefined;
    call.signature ??= piece.signature;
    if (!call.started) return call.name === undefined ? [] : startCall(call, answerId);
    if (piece.text === '' && !isSigned) return [];
    const delta: BlockDelta = { type: 'block_delta', block: 'tool_use', index: call.index };
    if (piece.text !== '') delta.delta = call.isCustom ? quote(piece.text) : piece.text;
    if (isSigned && piece.signature !== undefined) delta.signature = piece.signature;
    return [delta];
  }

  return {
    decode(pieces, answerId) {
      const usedInChunk = new Set<OpenCall>();
      return pieces.flatMap(piece => decodePiece(readPiece(piece, decodeName), usedInChunk, answerId));
    },
    flush(answerId) {
      if (calls.length === 0) return [];
      const late = calls.filter(call => !call.started).flatMap(call => startCall(call, answerId));
      const ends = calls.filter(call => call.isCustom && call.started).map(endCustom);
      for (const call of calls) call.isCustom = false;
      return [...late, ...ends];
    },
  };
}

function quote(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function endCustom({ index }: OpenCall): Delta {
  return { type: 'block_delta', block: 'tool_use', index, delta: '"}' };
}

function startCall(call: OpenCall, answerId: string): Delta[] {
  call.started = true;
  // Without any id a later tool result could not name its call. The answer's id keeps it unique over turns.
  call.id ??= `call_${answerId.replaceAll(/[^A-Za-z0-9]/g, '').slice(-24)}_${call.index}`;
  const { index, id, signature } = call;
  const start: Delta = {
    type: 'block_start',
    block: 'tool_use',
    index,
    id,
    name: call.name ?? '',
    ...(signature !== undefined && { signature }),
  };
  const text = call.isCustom ? `{"input":"${quote(call.text)}` : call.text;
  return text === '' ? [start] : [start, { type: 'block_delta', block: 'tool_use', index, delta: text }];
}

function readPiece(raw: JsonObject, decodeName: (name: string) => string): Piece {
  const custom = objectField(raw, 'custom');
  const target = custom ?? objectField(raw, 'function') ?? {};
  const name = textField(target, 'name');
  return {
    wireIndex: numberField(raw, 'index'),
    id: textField(raw, 'id'),
    name: name === undefined ? undefined : decodeName(name),
    text: custom ? (textField(custom, 'input') ?? '') : argumentsText(target['arguments']),
    isCustom: custom !== undefined,
    signature: readThoughtSignature(raw),
  };
}

/** Arguments are JSON text; some servers send the object itself. */
function argumentsText(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return asText(value) ?? (value === '' ? '' : JSON.stringify(value));
}

/** The open call a piece continues; undefined where it begins a new one. */
function findCall(calls: OpenCall[], piece: Piece, usedInChunk: Set<OpenCall>): OpenCall | undefined {
  const { wireIndex, id } = piece;
  if (wireIndex !== undefined) {
    const call = calls.findLast(known => known.wireIndex === wireIndex);
    return call && beginsAnother(call, piece) ? undefined : call;
  }
  const sameId = id === undefined ? undefined : calls.findLast(known => known.id === id);
  if (sameId) return sameId;
  const last = calls.at(-1);
  if (!last || beginsAnother(last, piece)) return undefined;
  // Without index and id nothing but the name, and that a call stands twice in one chunk, tells two calls apart.
  const isRepeated = piece.name !== undefined && (usedInChunk.has(last) || isWholeJson(last.text));
  return isRepeated && id === undefined ? undefined : last;
}

/**
 * Several servers give every parallel call index 0, told apart by id and name. A new id alone is no new call: some
 * send a fresh id with every piece, but the name only once.
 */
function beginsAnother(call: OpenCall, piece: Piece): boolean {
  if (piece.name === undefined || call.name === undefined) return false;
  if (piece.id !== undefined && call.id !== undefined && piece.id !== call.id) return true;
  return piece.name !== call.name;
}

function isWholeJson(text: string): boolean {
  return text.trimEnd().endsWith('}') && parseJson(text) !== undefined;
}
