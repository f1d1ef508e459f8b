import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { configProblemSentence } from './config-problem.ts';
import { themes, useTheme } from './theme.ts';
import type { Theme } from './theme.ts';
import { useAppInfo } from './use-app-info.ts';

const themeNames: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' };

export function SettingsPage() {
  return (
    <Page title="Settings">
      <Section title="Appearance">
        <ThemeChoice />
      </Section>
      <Section title="Files">
        <Files />
      </Section>
    </Page>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useTheme();
  return (
    <fieldset className="flex flex-wrap gap-x-6 gap-y-2">
      <legend className="sr-only">Theme</legend>
      {themes.map(name => (
        <label key={name} className="flex min-h-8 cursor-pointer items-center gap-2">
          <input
            type="radio"
            name="theme"
            value={name}
            checked={theme === name}
            onChange={() => setTheme(name)}
            className="size-4 accent-accent"
          />
          {themeNames[name]}
        </label>
      ))}
    </fieldset>
  );
}

function Files() {
  const info = useAppInfo();
  if (!info.data) return info.isPending ? <LoadingNote /> : <ErrorNote error={info.error} />;
  const { data_dir, config_file, config_problem, version, platform } = info.data;
  return (
    <>
      <Facts>
        <Fact name="Settings file">
          <Path path={config_file} label="Copy path of the settings file" />
        </Fact>
        <Fact name="Data directory">
          <Path path={data_dir} label="Copy path of the data directory" />
        </Fact>
        <Fact name="Version">
          Parley {version} on {platform}
        </Fact>
      </Facts>
      {config_problem && (
        <p role="alert" className="mt-4 max-w-prose text-danger wrap-anywhere">
          {configProblemSentence(config_problem)}
        </p>
      )}
      <p className="mt-4 max-w-prose text-small text-faint">
        Everything Parley knows is in the data directory: settings, scripts, chats and the ledger. Edits to
        parley.yaml take effect at once, a new address of the gateway at the next start.
      </p>
    </>
  );
}

function Path({ path, label }: { path: string; label: string }) {
  return (
    <span className="-my-1.5 flex items-center gap-1">
      <code className="font-mono text-small wrap-anywhere">{path}</code>
      <CopyButton text={path} label={label} />
    </span>
  );
}
