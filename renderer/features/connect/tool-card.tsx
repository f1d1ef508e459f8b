import { useTranslation } from 'react-i18next';

import { toolRecipes } from '../../../electron/contract/connect-recipes.ts';
import type { ToolName } from '../../../electron/contract/connect-recipes.ts';
import { fillRecipe, hideKey } from './fill-recipe.ts';
import type { RecipeStep } from './fill-recipe.ts';
import { Snippet } from './snippet.tsx';
import type { ToolKey } from './tool-key.tsx';
import { WriteFile } from './write-file.tsx';

type ToolCardProps = {
  tool: ToolName;
  url: string;
  platform: string;
  model: string;
  toolKey: ToolKey | null;
};

/** What has to be known of a tool beside its configuration. */
const noted = new Set(['claude_code', 'codex', 'gemini', 'cline', 'cursor', 'zed', 'open_webui'] as const);
type Noted = typeof noted extends Set<infer Name> ? Name : never;

const isNoted = (tool: ToolName): tool is Noted => (noted as Set<ToolName>).has(tool); // has() asks, it does not add

/** The configuration of one tool, filled in, to copy or to write. */
export function ToolCard({ tool, url, platform, model, toolKey }: ToolCardProps) {
  const { t } = useTranslation('connect');
  const recipe = toolRecipes[tool];
  const secret = toolKey?.secret ?? '';
  const shownKey = toolKey?.isFresh === true ? secret : hideKey(secret);
  const shown = fillRecipe(recipe, { url, model, key: shownKey }, platform);
  const copied = fillRecipe(recipe, { url, model, key: secret || shownKey }, platform);
  return (
    <div className="mt-6 flex flex-col gap-5">
      {isNoted(tool) && (
        <p
          className={
            tool === 'cursor'
              ? 'max-w-prose border-s-2 border-warning ps-4 text-warning'
              : 'max-w-prose text-small text-soft'
          }
        >
          {t(`notes.${tool}`)}
        </p>
      )}
      {shown.map((step, index) => (
        <div key={step.type}>
          <p className="mb-1.5 text-small font-medium">
            {step.type === 'file'
              ? t('step.file')
              : step.type === 'env'
                ? t('step.env')
                : t(codeTitle(recipe, step))}
          </p>
          <Snippet
            name={step.file ?? step.language}
            shown={step.text}
            copied={copied[index]?.text ?? step.text}
            copyLabel={t(`copy.${step.type}`)}
          />
          {step.type === 'env' && <p className="mt-1 text-small text-faint">{t('step.env_hint')}</p>}
          {step.type === 'file' && (
            <div className="mt-2">
              <WriteFile key={`${model} ${secret}`} wanted={{ tool, model, key: secret }} />
            </div>
          )}
        </div>
      ))}
    </div>
  );
}

function codeTitle(recipe: { file?: unknown; env?: unknown }, { language }: RecipeStep) {
  if (language === 'text') return 'step.paste';
  if (language !== 'sh') return 'step.program';
  return recipe.file || recipe.env ? 'step.start' : 'step.run';
}
