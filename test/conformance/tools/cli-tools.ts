import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { DialectName } from '../../../electron/contract/models.ts';
import { NOTE, QUESTION, readPath } from './agent-model.ts';
import type { ReadNote } from './agent-model.ts';

/** Where a tool runs, and whom it asks. */
export type Place = {
  /** Parley's address, without a path. */
  url: string;
  key: string;
  /** `backend/model`. */
  model: string;
  home: string;
  folder: string;
};

export type CliTool = {
  name: string;
  package: string;
  version: string;
  bin: string;
  /** What it speaks. */
  dialect: DialectName;
  readNote: ReadNote;
  /** Writes its settings, and says how it is started; several runs one after the other. */
  prepare(place: Place): { runs: string[][]; env: Record<string, string> };
};

// What is done here is what docs/tools.md tells people to do: change both together.

export const cliTools: CliTool[] = [
  {
    name: 'codex',
    package: '@openai/codex',
    version: '0.169.0',
    bin: 'codex',
    dialect: 'openai_responses',
    readNote(tools) {
      const tool = tools.find(({ name }) => name === 'exec_command' || name === 'shell_command');
      const input = tool?.name === 'exec_command' ? { cmd: `cat ${NOTE}` } : { command: `cat ${NOTE}` };
      return tool && { name: tool.name, input };
    },
    prepare({ url, key, model, home }) {
      write(
        join(home, '.codex', 'config.toml'),
        `model = "${model}"
model_provider = "parley"
check_for_update_on_startup = false

[model_providers.parley]
name = "Parley"
base_url = "${url}/v1"
env_key = "PARLEY_KEY"
wire_api = "responses"

[analytics]
enabled = false
`,
      );
      const unasked = ['--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'];
      return { runs: [['exec', ...unasked, QUESTION]], env: { PARLEY_KEY: key } };
    },
  },
  {
    name: 'claude',
    package: '@anthropic-ai/claude-code',
    version: '2.1.330',
    bin: 'claude',
    dialect: 'anthropic_messages',
    readNote: readPath('Read'),
    prepare: ({ url, key, model }) => ({
      runs: [['-p', QUESTION, '--model', model]],
      env: {
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_AUTH_TOKEN: key,
        ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      },
    }),
  },
  {
    name: 'gemini',
    package: '@google/gemini-cli',
    version: '0.61.0',
    bin: 'gemini',
    dialect: 'google_gemini',
    readNote: readPath('read_file'),
    prepare({ url, key, model, home }) {
      writeJson(join(home, '.gemini', 'settings.json'), {
        security: { auth: { selectedType: 'gemini-api-key' } },
        privacy: { usageStatisticsEnabled: false },
        general: { enableAutoUpdate: false },
      });
      return {
        runs: [['--model', model, '--skip-trust', '--yolo', '--prompt', QUESTION]],
        env: { GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: url },
      };
    },
  },
  {
    name: 'opencode',
    package: 'opencode-ai',
    version: '1.18.33',
    bin: 'opencode',
    dialect: 'openai_completions',
    readNote: readPath('read'),
    prepare({ url, key, model, home }) {
      writeJson(join(home, '.config', 'opencode', 'opencode.json'), {
        $schema: 'https://opencode.ai/config.json',
        autoupdate: false,
        share: 'disabled',
        provider: {
          parley: {
            npm: '@ai-sdk/openai-compatible',
            name: 'Parley',
            options: { baseURL: `${url}/v1`, apiKey: '{env:PARLEY_KEY}' },
            models: { [model]: { name: model } },
          },
        },
      });
      return {
        runs: [['run', '--model', `parley/${model}`, QUESTION]],
        env: { PARLEY_KEY: key, OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1' },
      };
    },
  },
  {
    name: 'qwen',
    package: '@qwen-code/qwen-code',
    version: '0.24.4',
    bin: 'qwen',
    dialect: 'openai_completions',
    readNote: readPath('read_file'),
    prepare({ url, key, model, home }) {
      writeJson(join(home, '.qwen', 'settings.json'), {
        security: { auth: { selectedType: 'openai' } },
        privacy: { usageStatisticsEnabled: false },
        general: { enableAutoUpdate: false },
      });
      return {
        runs: [['--model', model, '--yolo', '--prompt', QUESTION]],
        env: { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${url}/v1` },
      };
    },
  },
  {
    name: 'cline',
    package: 'cline',
    version: '3.0.65',
    bin: 'cline',
    dialect: 'openai_completions',
    readNote: (tools, folder) =>
      tools.some(({ name }) => name === 'read_files')
        ? { name: 'read_files', input: { files: [{ path: join(folder, NOTE) }] } }
        : undefined,
    prepare({ url, key, model, home }) {
      writeJson(join(home, '.cline', 'data', 'settings', 'global-settings.json'), {
        telemetryOptOut: true,
        autoUpdateEnabled: false,
      });
      return {
        runs: [
          ['auth', '--provider', 'openai', '--apikey', key, '--modelid', model, '--baseurl', `${url}/v1`],
          ['--auto-approve', 'true', QUESTION],
        ],
        env: {},
      };
    },
  },
  {
    name: 'continue',
    package: '@continuedev/cli',
    version: '1.5.47',
    bin: 'cn',
    dialect: 'openai_completions',
    readNote: readPath('Read'),
    prepare({ url, key, model, home }) {
      const config = join(home, '.continue', 'config.yaml');
      write(
        config,
        `name: Parley
version: 1.0.0
schema: v1
models:
  - name: Parley
    provider: openai
    model: ${model}
    apiBase: ${url}/v1
    apiKey: ${key}
    roles: [chat]
`,
      );
      return {
        runs: [['--print', '--config', config, '--auto', QUESTION]],
        env: { CONTINUE_TELEMETRY_ENABLED: '0' },
      };
    },
  },
];

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function writeJson(file: string, value: object): void {
  write(file, `${JSON.stringify(value, null, 2)}\n`);
}
