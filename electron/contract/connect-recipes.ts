/** What stands between a tool and Parley: filled into each recipe. `key` may be a placeholder. */
export type ConnectValues = { url: string; model: string; key: string };

type ConfigFormat = 'json' | 'toml' | 'yaml';

/** A tool's own configuration file. `text` is it where there was none before; into another one its values are merged. */
export type ToolFile = {
  format: ConfigFormat;
  /** Below the home directory, by what `process.platform` says. */
  path(platform: string): string[];
  text(values: ConnectValues): string;
};

export type ToolRecipe = {
  name: string;
  /** Whether it was run against Parley just so; the others stand as their own documentation has them. */
  tried: boolean;
  file?: ToolFile;
  /** Environment variables it is started with. */
  env?: (values: ConnectValues) => Record<string, string>;
  /** What is typed or pasted after that. */
  code?: { language: string; text(values: ConnectValues): string };
};

export const toolNames = [
  'claude_code',
  'codex',
  'gemini',
  'opencode',
  'qwen',
  'cline',
  'continue',
  'cursor',
  'zed',
  'aider',
  'open_webui',
  'langchain',
  'curl',
  'python',
  'node',
] as const;
export type ToolName = (typeof toolNames)[number];

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
// A string of JSON is one of TOML, YAML and JavaScript, too; model names come from upstreams and may hold anything.
const quote = (text: string): string => JSON.stringify(text);
/** For a POSIX shell. */
export const shellQuote = (text: string): string =>
  /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** How each tool is pointed at Parley; docs/tools.md tells more of those that were tried. */
export const toolRecipes = {
  claude_code: {
    name: 'Claude Code',
    tried: true,
    file: {
      format: 'json',
      path: () => ['.claude', 'settings.json'],
      text: ({ url, model, key }) =>
        json({
          env: {
            ANTHROPIC_BASE_URL: url,
            ANTHROPIC_AUTH_TOKEN: key,
            ANTHROPIC_MODEL: model,
            ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
          },
        }),
    },
    code: { language: 'sh', text: () => 'claude' },
  },
  codex: {
    name: 'Codex CLI',
    tried: true,
    file: {
      format: 'toml',
      path: () => ['.codex', 'config.toml'],
      text: ({ url, model }) => `model = ${quote(model)}
model_provider = "parley"

[model_providers.parley]
name = "Parley"
base_url = ${quote(`${url}/v1`)}
env_key = "PARLEY_KEY"
wire_api = "responses"
`,
    },
    env: ({ key }) => ({ PARLEY_KEY: key }),
    code: { language: 'sh', text: () => 'codex' },
  },
  gemini: {
    name: 'Gemini CLI',
    tried: true,
    file: {
      format: 'json',
      path: () => ['.gemini', 'settings.json'],
      text: () => json({ security: { auth: { selectedType: 'gemini-api-key' } } }),
    },
    env: ({ url, key }) => ({ GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: key }),
    code: { language: 'sh', text: ({ model }) => `gemini --model ${shellQuote(model)}` },
  },
  opencode: {
    name: 'opencode',
    tried: true,
    file: {
      format: 'json',
      path: () => ['.config', 'opencode', 'opencode.json'],
      text: ({ url, model }) =>
        json({
          $schema: 'https://opencode.ai/config.json',
          provider: {
            parley: {
              npm: '@ai-sdk/openai-compatible',
              name: 'Parley',
              options: { baseURL: `${url}/v1`, apiKey: '{env:PARLEY_KEY}' },
              models: { [model]: { name: model } },
            },
          },
        }),
    },
    env: ({ key }) => ({ PARLEY_KEY: key }),
    code: { language: 'sh', text: ({ model }) => `opencode --model ${shellQuote(`parley/${model}`)}` },
  },
  qwen: {
    name: 'Qwen Code',
    tried: true,
    file: {
      format: 'json',
      path: () => ['.qwen', 'settings.json'],
      text: () => json({ security: { auth: { selectedType: 'openai' } } }),
    },
    env: ({ url, key }) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: key }),
    code: { language: 'sh', text: ({ model }) => `qwen --model ${shellQuote(model)}` },
  },
  cline: {
    name: 'Cline',
    tried: true,
    code: {
      language: 'sh',
      text: ({ url, model, key }) =>
        `cline auth --provider openai --apikey ${key} --modelid ${shellQuote(model)} --baseurl ${url}/v1`,
    },
  },
  continue: {
    name: 'Continue',
    tried: true,
    file: {
      format: 'yaml',
      path: () => ['.continue', 'config.yaml'],
      text: ({ url, model, key }) => `name: Parley
version: 1.0.0
schema: v1
models:
  - name: Parley
    provider: openai
    model: ${quote(model)}
    apiBase: ${url}/v1
    apiKey: ${quote(key)}
    roles: [chat]
`,
    },
  },
  cursor: {
    name: 'Cursor',
    tried: false,
    code: {
      language: 'text',
      text: ({ model, key }) => `OpenAI API Key: ${key}
Override OpenAI Base URL: https://…/v1
Model: ${model}`,
    },
  },
  zed: {
    name: 'Zed',
    tried: false,
    file: {
      format: 'json',
      path: platform =>
        platform === 'win32'
          ? ['AppData', 'Roaming', 'Zed', 'settings.json']
          : ['.config', 'zed', 'settings.json'],
      text: ({ url, model }) =>
        json({
          language_models: {
            openai_compatible: {
              Parley: {
                api_url: `${url}/v1`,
                available_models: [{ name: model, display_name: model, max_tokens: 200_000 }],
              },
            },
          },
        }),
    },
    env: ({ key }) => ({ PARLEY_API_KEY: key }),
  },
  aider: {
    name: 'aider',
    tried: false,
    file: {
      format: 'yaml',
      path: () => ['.aider.conf.yml'],
      text: ({ url, model, key }) => `model: ${quote(`openai/${model}`)}
openai-api-base: ${url}/v1
openai-api-key: ${quote(key)}
`,
    },
    code: { language: 'sh', text: () => 'aider' },
  },
  open_webui: {
    name: 'Open WebUI',
    tried: false,
    env: ({ url, key }) => ({ OPENAI_API_BASE_URL: `${url}/v1`, OPENAI_API_KEY: key }),
    code: { language: 'sh', text: () => 'open-webui serve' },
  },
  langchain: {
    name: 'LangChain',
    tried: false,
    env: ({ key }) => ({ PARLEY_KEY: key }),
    code: {
      language: 'python',
      text: ({ url, model }) => `import os
from langchain_openai import ChatOpenAI

llm = ChatOpenAI(
    base_url="${url}/v1",
    api_key=os.environ["PARLEY_KEY"],
    model=${quote(model)},
)
print(llm.invoke("Hello").content)`,
    },
  },
  curl: {
    name: 'curl',
    tried: true,
    env: ({ key }) => ({ PARLEY_KEY: key }),
    code: {
      language: 'sh',
      text: ({ url, model }) => `curl ${url}/v1/chat/completions \\
  -H "Authorization: Bearer $PARLEY_KEY" \\
  -H "Content-Type: application/json" \\
  -d ${shellQuote(JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }))}`,
    },
  },
  python: {
    name: 'Python',
    tried: true,
    env: ({ key }) => ({ PARLEY_KEY: key }),
    code: {
      language: 'python',
      text: ({ url, model }) => `import os
from openai import OpenAI

client = OpenAI(base_url="${url}/v1", api_key=os.environ["PARLEY_KEY"])
answer = client.chat.completions.create(
    model=${quote(model)},
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
    },
  },
  node: {
    name: 'Node',
    tried: true,
    env: ({ key }) => ({ PARLEY_KEY: key }),
    code: {
      language: 'js',
      text: ({ url, model }) => `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${url}/v1', apiKey: process.env.PARLEY_KEY });
const answer = await client.chat.completions.create({
  model: ${quote(model)},
  messages: [{ role: 'user', content: 'Hello' }],
});
console.log(answer.choices[0].message.content);`,
    },
  },
} satisfies Record<ToolName, ToolRecipe> as Record<ToolName, ToolRecipe>; // as: every entry with its optional fields
