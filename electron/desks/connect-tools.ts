import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { diffLines } from 'diff';

import type { ConnectDesk } from '../api/connect-handlers.ts';
import { writeAtomically } from '../config/write-atomically.ts';
import type { ApiOutput, ApiParsedInput } from '../contract/api.ts';
import { toolRecipes } from '../contract/connect-recipes.ts';
import type { ToolFile } from '../contract/connect-recipes.ts';
import { AppError } from '../contract/errors.ts';
import { parseJsonObject } from '../contract/json.ts';
import { mergeIntoJsonc } from '../edits/edit-jsonc.ts';
import { mergeIntoToml } from '../edits/edit-toml.ts';
import { mergeIntoYaml } from '../edits/edit-yaml.ts';

type ConnectToolsDeps = {
  homeDir: string;
  platform: string;
  /** Where tools reach the gateway; null where it does not run. */
  gatewayUrl: () => string | null;
};

type Wanted = ApiParsedInput<'connect.preview'>;
type DiffLine = ApiOutput<'connect.preview'>['diff'][number];
type Planned = { name: string; file: string; before: string | undefined; after: string };

/** Fills Parley into the configuration files of other programs, beside everything that stands there. */
export function createConnectTools(deps: ConnectToolsDeps): ConnectDesk {
  return {
    async preview(wanted) {
      const { file, before, after } = await plan(wanted, deps);
      const diff = showDiff(before ?? '', after, wanted.key);
      return { file, is_new: before === undefined, diff, state: stateOf(before) };
    },
    async write({ state, ...wanted }) {
      const { name, file, before, after } = await plan(wanted, deps);
      if (stateOf(before) !== state) throw changedMeanwhile(file);
      if (before === after) return { file, backup: null };
      try {
        await mkdir(dirname(file), { recursive: true });
        const backup = before === undefined ? null : await backUp(file);
        const isUnchanged = async () => stateOf(await readIfThere(file)) === state;
        if (!(await writeAtomically(file, after, isUnchanged))) throw changedMeanwhile(file);
        return { file, backup };
      } catch (cause) {
        if (cause instanceof AppError) throw cause;
        const sentence = `${file} could not be written. Look whether you may write there, or copy the lines for ${name} by hand.`;
        throw new AppError('data_dir_unwritable', sentence, { cause });
      }
    },
  };
}

async function plan({ tool, model, key }: Wanted, deps: ConnectToolsDeps): Promise<Planned> {
  const { name, file: toolFile } = toolRecipes[tool];
  const url = deps.gatewayUrl();
  if (url === null)
    throw new AppError('invalid_request', 'The gateway does not run, so it has no address; start it first.');
  if (!toolFile)
    throw new AppError('invalid_request', `${name} has no file that Parley writes; copy what its card says.`);
  const text = toolFile.text({ url, model, key });
  if (key === '' && text !== toolFile.text({ url, model, key: '?' })) {
    throw new AppError('invalid_request', `${name} reads its key from this file: make or paste one first.`);
  }
  const path = join(deps.homeDir, ...toolFile.path(deps.platform));
  // People keep such files elsewhere and link to them; the link is to stay one.
  const file = await realpath(path).catch(() => path);
  const before = await readTool(name, file);
  return { name, file, before, after: merge(name, file, toolFile, before ?? '', text) };
}

function merge(name: string, file: string, { format }: ToolFile, before: string, text: string): string {
  try {
    switch (format) {
      case 'json':
        return mergeIntoJsonc(before, parseJsonObject(text) ?? {});
      case 'toml':
        return mergeIntoToml(before, text);
      case 'yaml':
        return mergeIntoYaml(before, text);
    }
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new AppError(
      'invalid_request',
      `${file} was left alone, because ${cause.message}. Put it in order, or copy the lines for ${name} by hand.`,
      { cause },
    );
  }
}

async function readTool(name: string, file: string): Promise<string | undefined> {
  try {
    const bytes = await readFile(file);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    const sentence = `${file} cannot be read as text, so it was left alone. Copy the lines for ${name} by hand.`;
    throw new AppError('invalid_request', sentence, { cause });
  }
}

function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

/** Beside the file, under a name that is free. */
async function backUp(file: string): Promise<string> {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const backup = `${file}.${stamp}.parley-backup`;
  await copyFile(file, backup);
  return backup;
}

function stateOf(text: string | undefined): string {
  return text === undefined ? 'missing' : createHash('sha256').update(text).digest('hex');
}

function changedMeanwhile(file: string): AppError {
  return new AppError(
    'invalid_request',
    `${file} was changed meanwhile, so nothing was written. Look at it once more.`,
  );
}

/** Lines around a change that help to find the place. */
const contextLines = 2;

function showDiff(before: string, after: string, key: string): DiffLine[] {
  const parts = diffLines(before, after);
  return parts.flatMap(({ value, added, removed }, index): DiffLine[] => {
    const lines = value
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)
      .map(line => hideSecrets(line, key));
    const mark = added ? '+' : removed ? '-' : ' ';
    const marked = (texts: string[]): DiffLine[] => texts.map(text => ({ mark, text }));
    const [isFirst, isLast] = [index === 0, index === parts.length - 1];
    if (mark !== ' ' || lines.length <= contextLines * 2 + 1) return marked(lines);
    return [
      ...(isFirst ? [] : marked(lines.slice(0, contextLines))),
      { mark: '…', text: '' },
      ...(isLast ? [] : marked(lines.slice(-contextLines))),
    ];
  });
}

/** Other programs' files hold other programs' keys, which have no place on a page. */
function hideSecrets(line: string, key: string): string {
  const shown = key === '' ? line : line.replaceAll(key, `${key.slice(0, 11)}…`);
  return shown
    .replaceAll(/\b((?:parley|sk|gsk|xai|AIza|ghp|hf|pk)[-_]?[\w-]{3})[\w-]{9,}/g, '$1…')
    .replaceAll(
      /((?:key|token|secret|password|authorization)["']?\s*[:=]\s*["']?)(?!\{env:|parley-\w{4}…|\w*…)([^\s"',#}]{9,})/gi,
      (_all, name: string, value: string) => (/^[A-Z][A-Z0-9_]*$/.test(value) ? name + value : `${name}•••`),
    );
}
