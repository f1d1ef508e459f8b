import type { Delta } from '../../contract/deltas.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import { asText, numberField, objectField, textField } from '../json-fields.ts';

/** Puts the pieces of tool calls together, whichever way a server cuts them. */
export type ToolCallDecoder = {
  /** The tool calls of one chunk. `answerId` makes an id where the server gave none. */
  decode(pieces: JsonObject[], answerId: string): Delta[];
  /** Calls that never got a name. */
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
};

type Piece = {
  wireIndex: number | undefined;
  id: string | undefined;
  name: string | undefined;
  text: string;
};

export function createToolCallDecoder(): ToolCallDecoder {
  const calls: OpenCall[] = [];

  function openCall(piece: Piece): OpenCall {
    const { wireIndex, id } = piece;
    const call = { index: calls.length, wireIndex, id, name: undefined, text: '', started: false };
    calls.push(call);
    return call;
  }

  function decodePiece(piece: Piece, usedInChunk: Set<OpenCall>, answerId: string): Delta[] {
    const call = findCall(calls, piece, usedInChunk) ?? openCall(piece);
    usedInChunk.add(call);
    call.id ??= piece.id;
    call.name ??= piece.name;
    call.text += piece.text;
    if (!call.started) return call.name === undefined ? [] : startCall(call, answerId);
    if (piece.text === '') return [];
    return [{ type: 'block_delta', block: 'tool_use', index: call.index, delta: piece.text }];
  }

  return {
    decode(pieces, answerId) {
      const usedInChunk = new Set<OpenCall>();
      return pieces.flatMap(piece => decodePiece(readPiece(piece), usedInChunk, answerId));
    },
    flush(answerId) {
      return calls.filter(call => !call.started).flatMap(call => startCall(call, answerId));
    },
  };
}

function startCall(call: OpenCall, answerId: string): Delta[] {
  call.started = true;
  // Without any id a later tool result could not name its call. The answer's id keeps it unique over turns.
  call.id ??= `call_${answerId.replaceAll(/[^A-Za-z0-9]/g, '').slice(-24)}_${call.index}`;
  const { index, id } = call;
  const start: Delta = { type: 'block_start', block: 'tool_use', index, id, name: call.name ?? '' };
  if (call.text === '') return [start];
  return [start, { type: 'block_delta', block: 'tool_use', index, delta: call.text }];
}

function readPiece(raw: JsonObject): Piece {
  const target = objectField(raw, 'function') ?? {};
  return {
    wireIndex: numberField(raw, 'index'),
    id: textField(raw, 'id'),
    name: textField(target, 'name'),
    text: argumentsText(target['arguments']),
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
  if (!text.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
