import { useId, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { reasoningEfforts } from '../../../electron/contract/request.ts';
import type { ReasoningEffort, RequestOptions } from '../../../electron/contract/request.ts';
import type { BenchRequest, StudioScript } from '../../../electron/contract/studio-calls.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextAreaField, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { useModels } from '../model-picker/use-models.ts';
import { RequestEditor } from './request-editor.tsx';
import { readRequest } from './request-json.ts';
import { TraceView } from './trace-view.tsx';
import { useBench } from './use-studio.ts';

type BenchProps = { script: StudioScript; source: string; isDirty: boolean; ownModels: readonly string[] };

type Form = {
  backend: string;
  model: string;
  message: string;
  system: string;
  temperature: string;
  maxTokens: string;
  effort: ReasoningEffort | '';
  isStream: boolean;
  /** The whole question, where it is edited as JSON. */
  json: string | null;
  isPasted: boolean;
  pasted: string;
  status: string;
};

/** Asks once with the script as it stands in the editor, and shows every station. */
export function TestBench({ script, source, isDirty, ownModels }: BenchProps) {
  const { t } = useTranslation('studio');
  const bench = useBench();
  const [form, setForm] = useState<Form>(() => ({
    backend: script.backends[0] ?? '',
    model: '',
    message: t('bench.default_message'),
    system: '',
    temperature: '',
    maxTokens: '',
    effort: '',
    isStream: true,
    json: null,
    isPasted: false,
    pasted: '',
    status: '200',
  }));
  const change = (part: Partial<Form>) => setForm({ ...form, ...part });
  const models = useModelNames(form.backend, ownModels);
  const model = form.model.trim() || (models[0] ?? '');
  const request = form.json === null ? requestOf(form) : readRequest(form.json);
  const isAsked = model !== '' && !(form.isPasted && form.pasted.trim() === '');
  const canRun = isAsked && !(request instanceof Error);
  const run = () => {
    if (!canRun || request instanceof Error || bench.isPending) return;
    bench.mutate({
      type: script.type,
      source,
      backend: form.backend === '' ? null : form.backend,
      model,
      request,
      pasted: form.isPasted ? { text: form.pasted, status: Number(form.status) || 200 } : null,
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  };
  return (
    <div className="flex flex-col gap-5">
      {/* Runs by its button and by Ctrl+Enter in any of its fields. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <form
        className="flex flex-col gap-3"
        onKeyDown={onKeyDown}
        onSubmit={event => {
          event.preventDefault();
          run();
        }}
      >
        <Question script={script} form={form} models={models} onChange={change} />
        {form.json === null && <Options form={form} onChange={change} />}
        <RequestEditor text={form.json} ofForm={() => requestOf(form)} onText={json => change({ json })} />
        <AnswerFrom form={form} onChange={change} />
        <p className="text-small text-soft">
          {t(form.isPasted ? 'bench.asks_nobody' : 'bench.asks_upstream')} {isDirty && t('bench.unsaved')}
        </p>
        <div className="flex gap-2">
          <Button type="submit" variant="primary" disabled={!canRun || bench.isPending}>
            {bench.isPending ? t('bench.running') : t('bench.run')}
          </Button>
          {bench.isPending && <Button onClick={bench.stop}>{t('bench.stop')}</Button>}
        </div>
      </form>
      <ErrorNote error={bench.error} />
      {bench.live && bench.isPending && <TraceView run={bench.live} isLive />}
      {bench.data && !bench.isPending && <TraceView run={bench.data} />}
    </div>
  );
}

type PartProps = { form: Form; onChange: (part: Partial<Form>) => void };

function Question({
  script,
  form,
  models,
  onChange,
}: PartProps & { script: StudioScript; models: readonly string[] }) {
  const { t } = useTranslation('studio');
  const listId = useId();
  return (
    <>
      <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,2fr)] gap-3">
        <SelectField
          label={t('bench.backend')}
          value={form.backend}
          onChange={event => onChange({ backend: event.target.value, model: '' })}
        >
          {script.backends.length === 0 && <option value="">{t('bench.no_backend')}</option>}
          {script.backends.map(name => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </SelectField>
        <TextField
          // Not "Model" alone, which is the name of the chat's own choice.
          label={t('bench.model')}
          list={listId}
          value={form.model}
          placeholder={models[0]}
          spellCheck={false}
          autoComplete="off"
          onChange={event => onChange({ model: event.target.value })}
        />
        <datalist id={listId}>
          {models.map(id => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </datalist>
      </div>
      {form.json === null && (
        <TextAreaField
          dir="auto"
          label={t('bench.message')}
          rows={2}
          value={form.message}
          onChange={event => onChange({ message: event.target.value })}
        />
      )}
    </>
  );
}

function Options({ form, onChange }: PartProps) {
  const { t } = useTranslation('studio');
  return (
    <details>
      <summary className="w-fit rounded-base text-small text-soft hover:text-ink">{t('bench.more')}</summary>
      <div className="mt-2 flex flex-col gap-3">
        <TextAreaField
          dir="auto"
          label={t('bench.system')}
          rows={2}
          value={form.system}
          onChange={event => onChange({ system: event.target.value })}
        />
        <div className="grid grid-cols-2 gap-3">
          <TextField
            label={t('bench.temperature')}
            type="number"
            min={0}
            max={2}
            step="any"
            value={form.temperature}
            onChange={event => onChange({ temperature: event.target.value })}
          />
          <TextField
            label={t('bench.max_tokens')}
            type="number"
            min={1}
            step={1}
            value={form.maxTokens}
            onChange={event => onChange({ maxTokens: event.target.value })}
          />
        </div>
        <SelectField
          label={t('bench.effort')}
          value={form.effort}
          // Safe: the options are the efforts, and none.
          onChange={event => onChange({ effort: event.target.value as Form['effort'] })}
        >
          <option value="">{t('bench.effort_unset')}</option>
          {reasoningEfforts.map(effort => (
            <option key={effort} value={effort}>
              {effort}
            </option>
          ))}
        </SelectField>
        <label className="flex min-h-8 items-center gap-2 text-small">
          <input
            type="checkbox"
            checked={form.isStream}
            onChange={event => onChange({ isStream: event.target.checked })}
          />
          {t('bench.stream')}
        </label>
      </div>
    </details>
  );
}

function AnswerFrom({ form, onChange }: PartProps) {
  const { t } = useTranslation('studio');
  const name = useId();
  return (
    <>
      <fieldset className="flex flex-wrap items-center gap-x-4 text-small">
        <legend className="mb-1 font-medium">{t('bench.answer_from')}</legend>
        {([false, true] as const).map(isPasted => (
          <label key={String(isPasted)} className="flex min-h-8 items-center gap-2">
            <input
              type="radio"
              name={name}
              checked={form.isPasted === isPasted}
              onChange={() => onChange({ isPasted })}
            />
            {t(isPasted ? 'bench.pasted' : 'bench.upstream')}
          </label>
        ))}
      </fieldset>
      {form.isPasted && (
        <>
          <TextAreaField
            dir="auto"
            label={t('bench.pasted_text')}
            rows={6}
            spellCheck={false}
            className="font-mono text-small"
            value={form.pasted}
            onChange={event => onChange({ pasted: event.target.value })}
          />
          <div className="w-32">
            <TextField
              label={t('bench.status')}
              type="number"
              min={200}
              max={599}
              value={form.status}
              onChange={event => onChange({ status: event.target.value })}
            />
          </div>
        </>
      )}
    </>
  );
}

/** Those the script lists itself go first: it may be newer than what was asked of the upstream. */
function useModelNames(backend: string, own: readonly string[]): string[] {
  const models = useModels();
  const prefix = `${backend}/`;
  const listed = (models.data?.models ?? [])
    .filter(({ id }) => backend !== '' && id.startsWith(prefix))
    .map(({ id }) => id.slice(prefix.length));
  return [...new Set([...own, ...listed])];
}

function requestOf(form: Form): BenchRequest {
  return {
    ...(form.system === '' ? {} : { system: form.system }),
    messages: [{ role: 'user', content: [{ type: 'text', text: form.message }] }],
    options: optionsOf(form),
    stream: form.isStream,
  };
}

function optionsOf({ temperature, maxTokens, effort }: Form): RequestOptions {
  return {
    ...(temperature === '' ? {} : { temperature: Number(temperature) }),
    ...(maxTokens === '' ? {} : { max_tokens: Number(maxTokens) }),
    ...(effort === '' ? {} : { reasoning_effort: effort }),
  };
}
