import { useState } from 'react';

import type { ApiOutput } from '../../../electron/contract/api.ts';
import { CodeBlock } from '../../ui/code/code-block.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { useAppInfo } from '../settings/use-app-info.ts';
import { useModels } from '../model-picker/use-models.ts';
import { examples } from './examples.ts';
import { GatewayKeys } from './gateway-keys.tsx';

export function GatewayPage() {
  const info = useAppInfo();
  return (
    <Page
      title="Gateway"
      lead="One local address that speaks the languages of OpenAI, Anthropic, Gemini and Ollama. Point any tool at it, and it can use every model of Parley."
    >
      <ErrorNote error={info.error} />
      {info.isPending && <LoadingNote />}
      {info.data && (
        <>
          <Section title="Address">
            <Address info={info.data} />
          </Section>
          <Section title="Keys">
            <GatewayKeys />
          </Section>
          {info.data.gateway_url !== null && (
            <Section title="Try it">
              <Examples url={info.data.gateway_url} />
            </Section>
          )}
        </>
      )}
    </Page>
  );
}

function Address({ info }: { info: ApiOutput<'app.info'> }) {
  if (info.gateway_url === null) {
    return (
      <p role="alert" className="max-w-prose text-danger">
        The gateway does not run. {info.gateway_error?.message}
      </p>
    );
  }
  const url = `${info.gateway_url}/v1`;
  return (
    <>
      <p className="flex flex-wrap items-center gap-2">
        <code className="font-mono text-lg wrap-anywhere">{url}</code>
        <CopyButton text={url} label="Copy address" />
      </p>
      <p className="mt-1 max-w-prose text-small text-faint">
        Only programs on this machine can reach it, each with a key from below. Models are named
        backend/model.
      </p>
    </>
  );
}

function Examples({ url }: { url: string }) {
  const models = useModels();
  const all = examples(url, models.data?.models[0]?.id ?? 'backend/model');
  const [shownName, setShownName] = useState<string | null>(null);
  const shown = all.find(({ name }) => name === shownName) ?? all[0];
  if (!shown) return null;
  return (
    <>
      <div className="flex items-center gap-1" role="group" aria-label="Example for">
        {all.map(({ name }) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === shown.name}
            onClick={() => setShownName(name)}
            className="min-h-8 rounded-base px-3 text-small text-soft hover:bg-hover aria-pressed:bg-active aria-pressed:font-medium aria-pressed:text-ink"
          >
            {name}
          </button>
        ))}
      </div>
      <div className="mt-2">
        <CodeBlock key={shown.name} code={shown.code} language={shown.language} />
      </div>
    </>
  );
}
