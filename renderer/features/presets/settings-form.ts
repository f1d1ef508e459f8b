import { chatSettingsSchema, ownBodyFields } from '../../../electron/contract/chat-settings.ts';
import type { ChatSettings } from '../../../electron/contract/chat-settings.ts';
import type { Model } from '../../../electron/contract/models.ts';

/** Settings as they are being written: every field a text, empty where the model decides. */
export type SettingsForm = Record<
  'instructions' | 'temperature' | 'max_tokens' | 'reasoning_effort' | 'stop' | 'extra',
  string
>;

/** What is wrong with a field; keys of the catalogue. */
export type FieldProblem =
  | 'temperature'
  | 'max_tokens'
  | 'over_maximum'
  | 'stop'
  | 'extra_json'
  | 'extra_own'
  | 'too_long';
export type FormProblems = Partial<Record<keyof SettingsForm, FieldProblem>>;

export function toForm(settings: ChatSettings): SettingsForm {
  return {
    instructions: settings.instructions ?? '',
    temperature: settings.temperature?.toString() ?? '',
    max_tokens: settings.max_tokens?.toString() ?? '',
    reasoning_effort: settings.reasoning_effort ?? '',
    stop: settings.stop?.join('\n') ?? '',
    extra: settings.extra === undefined ? '' : JSON.stringify(settings.extra, null, 2),
  };
}

/** The settings a form stands for, and what is wrong with it; settings only where nothing is. */
export function fromForm(
  form: SettingsForm,
  model: Pick<Model, 'max_output_tokens'> | undefined,
): { settings: ChatSettings | null; problems: FormProblems } {
  const problems: FormProblems = {};
  const extra = readJson(form.extra);
  if (extra === undefined) problems.extra = 'extra_json';
  const wished = {
    ...(form.instructions.trim() !== '' && { instructions: form.instructions }),
    ...(form.temperature.trim() !== '' && { temperature: toNumber(form.temperature) }),
    ...(form.max_tokens.trim() !== '' && { max_tokens: toNumber(form.max_tokens) }),
    ...(form.reasoning_effort !== '' && { reasoning_effort: form.reasoning_effort }),
    ...(form.stop !== '' && { stop: form.stop.split('\n').filter(line => line !== '') }),
    ...(extra && { extra }),
  };
  const { data, error } = chatSettingsSchema.safeParse(wished);
  for (const { path } of error?.issues ?? []) Object.assign(problems, problemOf(path[0], extra));
  const most = model?.max_output_tokens;
  if (most !== undefined && (data?.max_tokens ?? 0) > most) problems.max_tokens = 'over_maximum';
  return { settings: Object.keys(problems).length === 0 && data ? data : null, problems };
}

function problemOf(field: PropertyKey | undefined, extra: object | null | undefined): FormProblems {
  switch (field) {
    case 'temperature':
      return { temperature: 'temperature' };
    case 'max_tokens':
      return { max_tokens: 'max_tokens' };
    case 'stop':
      return { stop: 'stop' };
    case 'extra':
      return { extra: ownBodyFields.some(name => name in (extra ?? {})) ? 'extra_own' : 'extra_json' };
    default:
      return { instructions: 'too_long' };
  }
}

/** Numbers with a comma are numbers too: that is how half of Europe writes them. */
function toNumber(text: string): number {
  return Number(text.trim().replace(',', '.'));
}

/** null where nothing is written, undefined where it is no JSON object. */
function readJson(text: string): object | null | undefined {
  if (text.trim() === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
