import { useTranslation } from 'react-i18next';

import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { configProblemSentence } from './config-problem.ts';
import { useAppInfo } from './use-app-info.ts';

/** Where Parley keeps what it knows. */
export function FileFacts() {
  const { t } = useTranslation('settings');
  const info = useAppInfo();
  if (!info.data) return info.isPending ? <LoadingNote /> : <ErrorNote error={info.error} />;
  const { data_dir, config_file, config_problem } = info.data;
  return (
    <>
      <Facts>
        <Fact name={t('file.settings')}>
          <Path path={config_file} label={t('file.copy_settings')} />
        </Fact>
        <Fact name={t('file.data')}>
          <Path path={data_dir} label={t('file.copy_data')} />
        </Fact>
      </Facts>
      {config_problem && (
        <p role="alert" className="mt-4 max-w-prose text-danger wrap-anywhere">
          {configProblemSentence(config_problem, t)}
        </p>
      )}
      <p className="mt-4 max-w-prose text-small text-faint">{t('file.note')}</p>
    </>
  );
}

function Path({ path, label }: { path: string; label: string }) {
  return (
    <span className="-my-1.5 flex items-center gap-1">
      <code className="font-mono text-small wrap-anywhere" dir="ltr">
        {path}
      </code>
      <CopyButton text={path} label={label} />
    </span>
  );
}
