import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import type { Document } from 'yaml';

import type { Config, ConfigProblem } from '../contract/config.ts';
import { AppError } from '../contract/errors.ts';
import { describeConfigProblem } from './config-problem.ts';
import { createConfigState } from './config-state.ts';
import type { ConfigListeners, ConfigState } from './config-state.ts';
import { defaultConfigText } from './default-config.ts';
import { writeDocument } from './keep-formatting.ts';
import { parseConfig } from './parse-config.ts';
import { followLink, readConfigFile } from './read-config-file.ts';
import { watchFiles } from './watch-file.ts';
import type { WatchOptions } from './watch-file.ts';
import { withFileLock } from './with-file-lock.ts';
import { writeAtomically } from './write-atomically.ts';

/** Changes a document in place; may run again, on newer content. What it throws ends the update. */
type ConfigEdit = (document: Document) => void;

export type ConfigFile = {
  /** The last good configuration; the defaults where there was none yet. */
  current(): Config;
  /** Why the file as it is now is not in force; null when it is. */
  problem(): ConfigProblem | null;
  /**
   * Edits the file as it is on disk now; resolves when that is written and in force. Throws config_invalid (a broken
   * file is never written to), data_dir_unwritable, disk_full, or what `edit` threw.
   */
  update(edit: ConfigEdit): Promise<Config>;
  /** Ends watching, after the updates under way. */
  close(): Promise<void>;
};

export type ConfigFileOptions = ConfigListeners & { file: string; watch?: WatchOptions };

/**
 * Opens parley.yaml, writes a commented default where there is none, and follows it from then on. Does not throw: a
 * broken file is a problem, reported also to `onProblem`, with the defaults in force.
 */
export async function openConfigFile({ file, watch, ...listeners }: ConfigFileOptions): Promise<ConfigFile> {
  let opened = false;
  let closed = false;
  const state = createConfigState(file, {
    // The first configuration is not a change.
    onChange: config => opened && listeners.onChange(config),
    onProblem: listeners.onProblem,
  });
  // Readings and updates take turns, so that each starts from what the one before it left.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  await startFile(file, state);
  opened = true;
  const watcher = watchFiles(
    [...new Set([file, await followLink(file)])],
    () => void inTurn(() => reload(file, state)),
    watch,
  );
  return {
    current: () => state.current(),
    problem: () => state.problem(),
    async update(edit) {
      if (closed) throw new AppError('internal', 'Parley is closing; the setting was not saved.');
      return inTurn(async () => withFileLock(await followLink(file), () => update(file, state, edit)));
    },
    async close() {
      closed = true;
      watcher.close();
      await turn;
      state.silence();
    },
  };
}

async function startFile(file: string, state: ConfigState): Promise<void> {
  let content = await readConfigFile(file);
  if (content.type === 'missing') {
    try {
      await writeAtomically(await followLink(file), defaultConfigText);
    } catch (error) {
      return state.fail(describeWriteFailure(file, error).message);
    }
    content = await readConfigFile(file);
  }
  if (content.type === 'text') state.accept(content.text);
  else state.fail(content.message);
}

async function reload(file: string, state: ConfigState): Promise<void> {
  let content = await readConfigFile(file);
  const isEmptied = content.type === 'text' && content.text.trim() === '' && state.lastText()?.trim() !== '';
  if (isEmptied || content.type === 'missing') {
    // Some editors empty or move a file away before they write it: do not drop every backend for that moment.
    await sleep(300);
    content = await readConfigFile(file);
  }
  if (content.type !== 'text') state.fail(content.message);
  else if (content.text !== state.lastText()) state.accept(content.text);
}

async function update(file: string, state: ConfigState, edit: ConfigEdit): Promise<Config> {
  // Somebody who writes the same file without a pause ends it; everybody else is met once or twice.
  for (let attempt = 1; attempt <= 20; attempt++) {
    const content = await readConfigFile(file);
    if (content.type === 'unusable') throw refuse({ file, message: content.message });
    const original = content.type === 'text' ? content.text : state.lastGoodText();
    const parsed = content.type === 'text' ? state.accept(original) : parseConfig(original, file);
    if (parsed.type === 'bad') throw refuse(parsed.problem);

    const text = applyEdit(original, edit, file);
    if (content.type === 'text' && text === original) return state.current();
    const mark = content.type === 'text' ? content.mark : '';
    const isUnchanged = async () => isDeepStrictEqual(await readConfigFile(file), content);
    try {
      if (await writeAtomically(await followLink(file), mark + text, isUnchanged)) {
        state.accept(text);
        return state.current();
      }
    } catch (error) {
      throw describeWriteFailure(file, error);
    }
  }
  throw new AppError(
    'config_invalid',
    'Another program keeps writing parley.yaml and nothing was saved; close it and try again.',
  );
}

/** The text after the edit; throws config_invalid when that would not be a configuration any more. */
function applyEdit(original: string, edit: ConfigEdit, file: string): string {
  const unedited = parseConfig(original, file);
  const edited = parseConfig(original, file);
  if (unedited.type === 'bad') throw refuse(unedited.problem);
  if (edited.type === 'bad') throw refuse(edited.problem);
  const before = JSON.stringify(edited.document.toJSON());
  edit(edited.document);
  let text: string;
  try {
    // An edit that changes nothing leaves the file alone, whatever its layout is.
    if (JSON.stringify(edited.document.toJSON()) === before) return original;
    text = writeDocument(original, unedited.document, edited.document);
  } catch (cause) {
    throw new AppError(
      'config_invalid',
      'This change would break parley.yaml, where another line refers to what it removes; edit the file by hand.',
      { cause },
    );
  }
  const result = parseConfig(text, file);
  if (result.type === 'good') return text;
  throw new AppError(
    'config_invalid',
    `This change would make parley.yaml invalid and was not saved: ${result.problem.message}.`,
  );
}

function refuse(problem: ConfigProblem): AppError {
  return new AppError(
    'config_invalid',
    `Nothing was saved because parley.yaml has a mistake, which has to be mended first: ${describeConfigProblem(problem)}.`,
  );
}

function describeWriteFailure(file: string, cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `The disk is full and ${file} is as it was; free some space and try again.`;
    return new AppError('disk_full', message, { cause });
  }
  return new AppError(
    'data_dir_unwritable',
    `${file} could not be written and is as it was (${String(code)}); make its folder writable and try again.`,
    { cause },
  );
}
