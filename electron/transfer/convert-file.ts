import { AppError } from '../contract/errors.ts';
import { isJsonObject } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';
import { parleyChatsVersion } from '../contract/transfer.ts';
import type { ImportSource, TransferChat } from '../contract/transfer.ts';
import type { FindFile } from './build-chat.ts';
import { fromChatGpt } from './from-chatgpt.ts';
import { createCherryReader } from './from-cherry-studio.ts';
import type { CherryReader } from './from-cherry-studio.ts';
import { fromClaude } from './from-claude.ts';
import { fromOpenRouter } from './from-openrouter.ts';
import { fromParley } from './from-parley.ts';
import type { JsonPart } from './json-splitter.ts';
import { createJsonSplitter } from './json-splitter.ts';
import type { LeftOutReport } from './left-out-report.ts';
import { textOf } from './read-json.ts';

/** Converts one JSON file of any known source, as it is read. */
export type FileConverter = {
  /** The chats that are whole by now. Throws invalid_request where the file is not what it seems. */
  push(chunk: string): TransferChat[];
  /** Those that could only be put together at the end. Throws where nothing was recognised. */
  end(): Iterable<TransferChat>;
  source(): ImportSource | undefined;
};

const expectation =
  'Parley imports its own JSON, the export archives of ChatGPT and Claude, a chat exported from OpenRouter, and a backup of Cherry Studio.';

export function createFileConverter(report: LeftOutReport, findFile: FindFile): FileConverter {
  const splitter = createJsonSplitter(isOpened);
  /** What stands at the top of a file that is one object: small values, and a room's messages and items. */
  const top: JsonObject = {};
  let source: ImportSource | undefined;
  let cherry: CherryReader | undefined;

  const cherryReader = (): CherryReader => {
    source = 'cherry_studio';
    return (cherry ??= createCherryReader(report, findFile));
  };

  const readElement = (value: Json): TransferChat[] => {
    if (!isJsonObject(value)) {
      report.note('element that is no object');
      return [];
    }
    const found = sourceOf(value, top);
    if (!found) {
      report.note('element of an unknown kind', Object.keys(value).slice(0, 6).join(', '));
      return [];
    }
    source ??= found;
    if (found === 'parley') checkVersion(top);
    return convert(found, value, report, findFile) ?? [];
  };

  const readPart = ({ path, text }: JsonPart): TransferChat[] => {
    const value = parse(text);
    const [first, second] = path;
    if (first === 'indexedDB' && second !== undefined) {
      if (isJsonObject(value)) cherryReader().add(second, value);
    } else if (first === 'localStorage') {
      if (isJsonObject(value)) cherryReader().addLocalStorage(value);
    } else if (path.at(-1) === '[]') return readElement(value);
    else if (first !== undefined) top[first] = value;
    else return readElement(value);
    return [];
  };

  return {
    push: chunk => splitter.push(chunk).flatMap(readPart),
    end() {
      splitter.end();
      checkVersion(top);
      source ??= sourceOf(top, {}) ?? (top['format'] === 'parley-chats' ? 'parley' : undefined);
      return cherry ? cherry.chats() : endOf(top, report);
    },
    source: () => source,
  };
}

/** Why a file was refused, where nothing in it was known. */
export function unknownFile(name: string): AppError {
  return new AppError('invalid_request', `${name} holds no chats that can be read here. ${expectation}`);
}

/** Lists of chats, and of rows, may be as long as the file. */
function isOpened(path: readonly string[]): boolean {
  const [first] = path;
  if (path.length === 0) return true;
  if (path.length === 1) return first === 'conversations' || first === 'chats' || first === 'indexedDB';
  return path.length === 2 && first === 'indexedDB';
}

function sourceOf(value: JsonObject, top: JsonObject): ImportSource | undefined {
  if ('mapping' in value) return 'chatgpt';
  if ('chat_messages' in value) return 'claude';
  if (textOf(value['version']).startsWith('orpg.')) return 'openrouter';
  return top['format'] === 'parley-chats' ? 'parley' : undefined;
}

function convert(
  source: ImportSource,
  value: JsonObject,
  report: LeftOutReport,
  findFile: FindFile,
): TransferChat[] | undefined {
  const one = (chat: TransferChat | undefined): TransferChat[] => (chat ? [chat] : []);
  switch (source) {
    case 'chatgpt':
      return one(fromChatGpt(value, report, findFile));
    case 'claude':
      return one(fromClaude(value, report));
    case 'openrouter':
      return one(fromOpenRouter(value, report));
    case 'parley':
      return one(fromParley(value, report));
    case 'cherry_studio':
      return undefined;
  }
}

/** A file that is one chat: a room of OpenRouter, or a single conversation of the others. */
function endOf(top: JsonObject, report: LeftOutReport): TransferChat[] {
  const source = sourceOf(top, {});
  return source ? (convert(source, top, report, () => undefined) ?? []) : [];
}

function checkVersion(top: JsonObject): void {
  if (top['format'] !== 'parley-chats') return;
  const { version } = top;
  if (typeof version !== 'number' || version > parleyChatsVersion) {
    throw new AppError(
      'invalid_request',
      `The file was written by a newer Parley (version ${JSON.stringify(version)} of parley-chats, this one knows ${parleyChatsVersion}). Update Parley first.`,
    );
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json; // JSON.parse yields Json by definition
  } catch (cause) {
    throw new AppError('invalid_request', 'The file is no valid JSON inside; export or download it again.', {
      cause,
    });
  }
}
