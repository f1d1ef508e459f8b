import { join } from 'node:path';

import type { EventHub } from '../api/event-hub.ts';
import type { StudioDesk } from '../api/studio-handlers.ts';
import type { ProviderEdits } from '../api/provider-handlers.ts';
import type { ConfigFile } from '../config/config-file.ts';
import type { ScriptApprovals } from '../config/script-approvals.ts';
import type { ApiParsedInput } from '../contract/api.ts';
import { AppError, toAppError } from '../contract/errors.ts';
import type { Block } from '../contract/message.ts';
import type { ChatRequest } from '../contract/request.ts';
import type { ScriptCheck, ScriptProblem, StudioScript } from '../contract/studio-calls.ts';
import { readAttachmentUrl } from '../dialects/data-url.ts';
import type { EngineControl } from '../engine/create-engine.ts';
import type { ScriptLibrary } from '../engine/script-library.ts';
import { hashOf } from '../engine/script-source.ts';
import type { BenchQuestion } from '../engine/test-bench.ts';
import { addedWishes, saveScript, wishesOf } from '../edits/save-script.ts';
import { openScriptDrafts } from '../edits/script-drafts.ts';
import type { ScriptDrafts } from '../edits/script-drafts.ts';
import type { ScriptLog } from '../logs/script-log.ts';
import { createBenchProgress } from './bench-progress.ts';
import { showRun } from './show-run.ts';
import { starterScript } from './starter-script.ts';

type StudioDeps = {
  engine: EngineControl;
  edits: Pick<ProviderEdits, 'describeScript' | 'readScript' | 'writeScript'>;
  config: Pick<ConfigFile, 'current'>;
  approvals: ScriptApprovals;
  library: ScriptLibrary;
  scriptLog: Pick<ScriptLog, 'lines'>;
  hub: Pick<EventHub, 'emit'>;
  onChange: () => void;
};

/** Scripts as they are written and tried on the page. */
export function createStudioDesk(deps: StudioDeps): StudioDesk {
  const { engine, library, approvals } = deps;
  const drafts = openScriptDrafts(join(library.userDir, '.drafts'));
  const running = new Map<string, AbortController>();
  const open = (type: string): Promise<StudioScript> => openScript(type, drafts, deps);
  return {
    open,
    check: (type, source) => check(type, source, deps),
    async save(edited) {
      const saved = await saveScript(edited, { approvals, engine, userDir: library.userDir });
      if (saved.outcome === 'needs_review') return saved;
      if (saved.outcome === 'saved') {
        await drafts.drop(edited.type);
        deps.onChange();
      }
      return { outcome: saved.outcome, script: await open(edited.type) };
    },
    async override(type) {
      await copyBuiltIn(type, deps);
      return open(type);
    },
    async create(type) {
      await createDraft(type, drafts, deps);
      return open(type);
    },
    keepDraft: (type, draft) => drafts.keep(type, draft),
    dropDraft: type => drafts.drop(type),
    async run(asked) {
      const controller = new AbortController();
      running.set(asked.id, controller);
      const progress = createBenchProgress(asked.id, deps.hub);
      try {
        return showRun(await engine.runBench(toQuestion(asked), controller.signal, progress.tell));
      } finally {
        progress.end();
        running.delete(asked.id);
      }
    },
    stop: id => running.get(id)?.abort(),
    log: () => deps.scriptLog.lines(),
  };
}

async function openScript(
  type: string,
  drafts: ScriptDrafts,
  { edits, library, config }: StudioDeps,
): Promise<StudioScript> {
  // Asked of the folder itself, as safe mode's library leaves the person's own scripts out: here they are mended.
  const own = await edits.readScript(type).catch(() => undefined);
  const draft = await drafts.read(type).catch(() => null);
  if (own === undefined) {
    const isNew = draft?.base_sha256 === hashOf('') && !(await library.isBuiltIn(type));
    if (isNew) return { ...unsaved, type, file: join(library.userDir, `${type}.lua`), draft };
    const { text, file } = await library.read(type);
    const using = config.current().llm.backends.filter(backend => backend.type === type);
    return {
      type,
      origin: 'built-in',
      file,
      source: text,
      sha256: hashOf(text),
      overrides: null,
      approval: null,
      backends: using.map(({ name }) => name),
      draft,
    };
  }
  const { file, source, sha256, approval, backends } = await edits.describeScript(type);
  return {
    type,
    origin: 'user',
    file,
    source,
    sha256,
    overrides: await library.isBuiltIn(type),
    approval,
    backends: backends.map(({ name }) => name),
    draft,
  };
}

/** A script that was never saved: an empty file to the editor, with a draft over it. */
const unsaved = {
  origin: 'user',
  source: '',
  sha256: hashOf(''),
  overrides: null,
  approval: null,
  backends: [],
} satisfies Partial<StudioScript>;

async function createDraft(
  type: string,
  drafts: ScriptDrafts,
  { edits, library }: StudioDeps,
): Promise<void> {
  if ((await library.isBuiltIn(type)) || (await edits.readScript(type)) !== undefined) {
    throw new AppError(
      'script_refused',
      `There is a script ${type}.lua already. Choose another name, or edit that one.`,
    );
  }
  // One that was begun and not saved goes on.
  if (await drafts.read(type)) return;
  await drafts.keep(type, { source: starterScript(type), base_sha256: hashOf('') });
}

async function check(
  type: string,
  source: string,
  { engine, edits, approvals }: StudioDeps,
): Promise<ScriptCheck> {
  try {
    const review = await engine.inspectProvider(`${type}.lua`, source);
    const onDisk = await edits.readScript(type);
    // One that comes with the app is not asked about.
    if (onDisk === undefined) return { problem: null, review, new_wishes: [] };
    const nothing = { hosts: [], env: [], keychain: [] };
    const granted = (await approvals.grantsOf(type, hashOf(onDisk))) ?? nothing;
    const before = await wishesOf(type, onDisk, engine);
    return { problem: null, review, new_wishes: addedWishes(review, before, granted) };
  } catch (error) {
    return { problem: toProblem(toAppError(error).message, type), review: null, new_wishes: [] };
  }
}

/** Finds the line in the sentence, which names it for those who have no editor. */
function toProblem(message: string, type: string): ScriptProblem {
  const [, told] = new RegExp(`(?:^|/)${escape(type)}\\.lua:(\\d+):`).exec(message) ?? [];
  const [, quoted] = /(?:^|\. )Line (\d+): [^\n]*$/.exec(message) ?? [];
  const line = Number(told ?? quoted ?? Number.NaN);
  const bare = message
    .replace(/\.? ?Line \d+: [^\n]*$/, '')
    .replace(new RegExp(`^(?:providers/)?${escape(type)}\\.lua:\\d+: `), '');
  return { line: Number.isNaN(line) ? null : line, message: bare };
}

function escape(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}-]/g, '\\$&');
}

/** It was trusted as a part of the app, and is the same text: it gets what it asks for. */
async function copyBuiltIn(type: string, { engine, edits, library }: StudioDeps): Promise<void> {
  const { origin, text } = await library.read(type);
  if (origin === 'user') {
    throw new AppError(
      'script_refused',
      `There is a script ${type}.lua of your own already. Edit that one, or put it aside first.`,
    );
  }
  const review = await engine.inspectProvider(`${type}.lua`, text);
  await edits.writeScript(review, text, false);
}

function toQuestion(asked: ApiParsedInput<'studio.run'>): BenchQuestion {
  const { id: _id, request, ...question } = asked;
  const messages = request.messages.map(({ content, ...message }) => ({
    ...message,
    content: content.map(readDataUrl),
  }));
  // Safe: what zod may leave undefined, it leaves out.
  return { ...question, request: { ...request, messages } as ChatRequest };
}

/** An image is written down as one line, as browsers do it. */
function readDataUrl(block: Block): Block {
  if (block.type !== 'attachment' || block.source.type !== 'url') return block;
  return { ...block, ...readAttachmentUrl(block.source.url, block.media_type) };
}
