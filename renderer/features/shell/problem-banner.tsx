import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { configProblemSentence } from '../settings/config-problem.ts';
import { useAppInfo } from '../settings/use-app-info.ts';
import { errorLine } from '../../ui/error-words.ts';

/** What is wrong with the whole app, above every page until it is settled. */
export function ProblemBanner({ isLost }: { isLost: boolean }) {
  const { t } = useTranslation('shell');
  const { t: settings } = useTranslation('settings');
  const { data, error } = useAppInfo();
  const problems = [
    isLost ? t('lost') : error && errorLine(error),
    data?.config_problem && configProblemSentence(data.config_problem, settings),
    data?.gateway_error && t('gateway_down', { message: errorLine(data.gateway_error) }),
  ].filter(problem => typeof problem === 'string');
  if (problems.length === 0) return null;
  return (
    <div role="alert" className="flex gap-2.5 bg-warning-soft px-4 py-2 text-small text-warning">
      <TriangleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
      <div className="wrap-anywhere">
        {problems.map(problem => (
          <p key={problem} dir="auto">
            {problem}
          </p>
        ))}
      </div>
    </div>
  );
}
