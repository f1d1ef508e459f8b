import { Check, Circle, LoaderCircle, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import type { BackendCheck } from '../../../electron/contract/backends.ts';
import { errorLine } from '../../ui/error-words.ts';
import { checkSentence } from './backend-texts.ts';
import { checkSteps } from './backend-state.ts';
import type { StepState } from './backend-state.ts';

const icons = { done: Check, failed: X, running: LoaderCircle, waiting: Circle };
const colours: Record<StepState, string> = {
  done: 'text-good',
  failed: 'text-danger',
  running: 'text-soft',
  waiting: 'text-faint',
};

type TestStepsProps = { check: BackendCheck | null; isDone: boolean; error?: Error | null };

/** How far a test has come, step by step, and its outcome in a sentence. */
export function TestSteps({ check, isDone, error = null }: TestStepsProps) {
  const { t } = useTranslation('providers');
  if (error) {
    return (
      <p role="status" className="mt-2 text-small text-danger wrap-anywhere">
        {errorLine(error)}
      </p>
    );
  }
  return (
    <div role="status" className="mt-2 text-small">
      <ol className="flex flex-wrap gap-x-4 gap-y-1">
        {checkSteps(check, isDone).map(({ step, state }) => {
          const Icon = icons[state];
          return (
            <li key={step} className={`flex items-center gap-1 ${colours[state]}`}>
              <Icon aria-hidden size={13} className={state === 'running' ? 'animate-spin' : ''} />
              {t(`steps.${step}`)}
              <span className="sr-only">{t(`step_states.${state}`)}</span>
            </li>
          );
        })}
      </ol>
      {isDone && check && (
        <p className={`mt-1 wrap-anywhere ${check.ok ? 'text-good' : 'text-danger'}`}>
          {checkSentence(check, t)}
        </p>
      )}
    </div>
  );
}
