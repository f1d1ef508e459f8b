import type { ApiOutput, ApiParsedInput } from '../contract/api.ts';
import type { ScriptLogLine, studioCalls } from '../contract/studio-calls.ts';
import type { ApiHandlers } from './create-api.ts';

type StudioCalls = keyof typeof studioCalls;

/** What the page on which scripts are written asks for; core.ts connects it. */
export type StudioDesk = {
  /** Throws unknown_provider, or why it cannot be read. */
  open(type: string): Promise<ApiOutput<'studio.open'>>;
  check(type: string, source: string): Promise<ApiOutput<'studio.check'>>;
  /** Throws what is wrong with the script; then nothing is written. */
  save(asked: ApiParsedInput<'studio.save'>): Promise<ApiOutput<'studio.save'>>;
  /** Throws script_refused where there is one of the person's own. */
  override(type: string): Promise<ApiOutput<'studio.override'>>;
  /** Throws script_refused where the name is taken. */
  create(type: string): Promise<ApiOutput<'studio.create'>>;
  keepDraft(type: string, draft: { source: string; base_sha256: string }): Promise<void>;
  dropDraft(type: string): Promise<void>;
  run(asked: ApiParsedInput<'studio.run'>): Promise<ApiOutput<'studio.run'>>;
  stop(id: string): void;
  log(): ScriptLogLine[];
};

export function createStudioHandlers(studio: StudioDesk): Pick<ApiHandlers, StudioCalls> {
  return {
    'studio.open': ({ type }) => studio.open(type),
    'studio.check': ({ type, source }) => studio.check(type, source),
    'studio.save': asked => studio.save(asked),
    'studio.override': ({ type }) => studio.override(type),
    'studio.create': ({ type }) => studio.create(type),
    async 'studio.keep_draft'({ type, ...draft }) {
      await studio.keepDraft(type, draft);
      return {};
    },
    async 'studio.drop_draft'({ type }) {
      await studio.dropDraft(type);
      return {};
    },
    'studio.run': asked => studio.run(asked),
    'studio.stop'({ id }) {
      studio.stop(id);
      return {};
    },
    'studio.log': () => studio.log(),
  };
}
