import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { toolNames, toolRecipes } from '../../../electron/contract/connect-recipes.ts';
import type { ToolName } from '../../../electron/contract/connect-recipes.ts';
import { Page } from '../../ui/page.tsx';
import { LoadingNote } from '../../ui/state-note.tsx';
import { ModelPicker } from '../model-picker/model-picker.tsx';
import { useModels } from '../model-picker/use-models.ts';
import { useAppInfo } from '../settings/use-app-info.ts';
import { BackLink } from './back-link.tsx';
import { LiveLight } from './live-light.tsx';
import { ToolCard } from './tool-card.tsx';
import { ToolKeyFields } from './tool-key.tsx';
import type { ToolKey } from './tool-key.tsx';

/** How each tool is pointed at Parley, with address, key and model filled in. */
export function ConnectPage() {
  const { t } = useTranslation('connect');
  const info = useAppInfo();
  const [tool, setTool] = useState<ToolName>('claude_code');
  return (
    <Page wide title={t('title')} lead={t('lead')} actions={<BackLink />}>
      {info.isPending && <LoadingNote label={t('loading')} />}
      {info.data?.gateway_url === null && (
        <p role="alert" className="max-w-prose text-danger">
          {t('stopped')}
        </p>
      )}
      {info.data && info.data.gateway_url !== null && (
        <div className="flex flex-col gap-8 md:flex-row">
          <ToolList chosen={tool} onChoose={setTool} />
          <Connection key={tool} tool={tool} url={info.data.gateway_url} platform={info.data.platform} />
        </div>
      )}
    </Page>
  );
}

function ToolList({ chosen, onChoose }: { chosen: ToolName; onChoose: (tool: ToolName) => void }) {
  const { t } = useTranslation('connect');
  return (
    <ul aria-label={t('tools')} className="flex flex-wrap gap-1 md:w-44 md:shrink-0 md:flex-col">
      {toolNames.map(name => (
        <li key={name}>
          <button
            type="button"
            aria-pressed={name === chosen}
            onClick={() => onChoose(name)}
            className="min-h-8 w-full rounded-base px-3 py-1 text-start text-small text-soft transition-colors hover:bg-hover hover:text-ink aria-pressed:bg-active aria-pressed:font-medium aria-pressed:text-ink"
          >
            {toolRecipes[name].name}
          </button>
        </li>
      ))}
    </ul>
  );
}

type ConnectionProps = { tool: ToolName; url: string; platform: string };

function Connection({ tool, url, platform }: ConnectionProps) {
  const { t } = useTranslation('connect');
  const { name } = toolRecipes[tool];
  const models = useModels();
  const [chosen, setChosen] = useState<string | null>(null);
  const [key, setKey] = useState<ToolKey | null>(null);
  const list = models.data?.models ?? [];
  // ELIZA calls no tools, so a real model goes first.
  const model = list.find(({ id }) => id === chosen) ?? list.find(({ demo }) => !demo) ?? list[0];
  return (
    <section aria-label={name} className="min-w-0 flex-1">
      <h2 className="font-serif text-xl font-semibold">{name}</h2>
      <p className="mt-1 max-w-prose text-small text-faint">
        {t(toolRecipes[tool].tried ? 'tried' : 'untried', { name })}
      </p>
      <div className="mt-5 grid max-w-2xl gap-x-6 gap-y-4 sm:grid-cols-2">
        <ToolKeyFields suggested={tool.replaceAll('_', '-')} value={key} onChange={setKey} />
        <div>
          <p className="mb-1 text-small font-medium">{t('model')}</p>
          <div className="flex [&>button]:max-w-full [&>button]:rounded-base [&>button]:border [&>button]:border-line-strong">
            <ModelPicker list={models.data} model={model} onChoose={setChosen} />
          </div>
          {model && <p className="mt-1 font-mono text-small wrap-anywhere text-faint">{model.id}</p>}
        </div>
      </div>
      {/* What is copied a moment too early would name a model that nobody has. */}
      {models.isPending ? (
        <LoadingNote label={t('loading')} />
      ) : (
        <ToolCard
          tool={tool}
          url={url}
          platform={platform}
          model={model?.id ?? 'backend/model'}
          toolKey={key}
        />
      )}
      <div className="mt-6 border-t border-line pt-4">
        <LiveLight client={key?.name ?? ''} />
      </div>
    </section>
  );
}
