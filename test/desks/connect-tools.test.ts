import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  lstatSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { parse as parseToml } from 'smol-toml';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse as parseYaml } from 'yaml';

import { createConnectTools } from '../../electron/desks/connect-tools.ts';
import { toolNames, toolRecipes } from '../../electron/contract/connect-recipes.ts';
import type { ToolName } from '../../electron/contract/connect-recipes.ts';

const url = 'http://127.0.0.1:4141';
const key = `parley-abcd${'x'.repeat(39)}`;
const model = 'work/claude-sonnet-4-6';

function home(gatewayUrl: string | null = url) {
  const homeDir = mkdtempSync(join(tmpdir(), 'parley-home-'));
  onTestFinished(() => rmSync(homeDir, { recursive: true, force: true }));
  const tools = createConnectTools({ homeDir, platform: 'linux', gatewayUrl: () => gatewayUrl });
  const put = (path: string, text: string | Uint8Array) => {
    mkdirSync(dirname(join(homeDir, path)), { recursive: true });
    writeFileSync(join(homeDir, path), text);
  };
  const read = (path: string) => readFileSync(join(homeDir, path), 'utf8');
  const write = async (tool: ToolName, given = key) => {
    const { state } = await tools.preview({ tool, model, key: given });
    return tools.write({ tool, model, key: given, state });
  };
  return { homeDir, tools, put, read, write };
}

const withFile = toolNames.filter(name => toolRecipes[name].file);

describe.each(withFile)('the file of %s', tool => {
  const { file } = toolRecipes[tool];
  const path = file?.path('linux').join('/') ?? '';

  it('is what its card says where there was none, and is not touched by a second time', async () => {
    const { read, write, homeDir } = home();
    expect(await write(tool)).toEqual({ file: join(homeDir, path), backup: null });
    expect(read(path)).toBe(file?.text({ url, model, key }));
    expect(await write(tool)).toEqual({ file: join(homeDir, path), backup: null });
    expect(read(path)).toBe(file?.text({ url, model, key }));
    expect(readdirSync(dirname(join(homeDir, path))).length).toBe(1);
  });

  it('is left alone where it cannot be read as what it is', async () => {
    for (const bad of ['{ "a": [1, } "', 'a = [1\n= 2', '- [a\n"x', '\u{0}{{{']) {
      const { put, read, write } = home();
      put(path, bad);
      await expect(write(tool)).rejects.toMatchObject({
        code: 'invalid_request',
        message: expect.stringMatching(
          /was left alone, because .+\. Put it in order, or copy the lines for .+ by hand\.$/,
        ),
      });
      expect(read(path)).toBe(bad);
    }
    const { put, write } = home();
    put(path, new Uint8Array([0xff, 0xfe, 0x80]));
    await expect(write(tool)).rejects.toMatchObject({
      message: expect.stringContaining('cannot be read as text'),
    });
  });
});

describe('JSON that people write', () => {
  it('keeps comments, order, indentation and everything it does not know', async () => {
    const { put, read, write } = home();
    put(
      '.claude/settings.json',
      `// mine
{
    "permissions": { "allow": ["Bash(ls)"], }, /* here */
    "env": {
        "ANTHROPIC_BASE_URL": "https://old.example", // was
        "FOO": "1" // stays
    },
}
`,
    );
    await write('claude_code');
    expect(read('.claude/settings.json')).toBe(`// mine
{
    "permissions": { "allow": ["Bash(ls)"], }, /* here */
    "env": {
        "ANTHROPIC_BASE_URL": "${url}", // was
        "FOO": "1",
        "ANTHROPIC_AUTH_TOKEN": "${key}",
        "ANTHROPIC_MODEL": "${model}",
        "ANTHROPIC_DEFAULT_HAIKU_MODEL": "${model}" // stays
    },
}
`);
  });

  it.each([
    ['{}', 1],
    ['{ "security": {"auth": {"other": 1}} }', 2],
    ['{\r\n\t"security": {\r\n\t}\r\n}\r\n', 1],
    ['{ "security": null, "x": "a // b" }', 1],
    ['{ /* nothing yet */ }', 1],
  ])('fits into %j', async (before, auths) => {
    const { put, read, write } = home();
    put('.gemini/settings.json', before);
    await write('gemini');
    const after = read('.gemini/settings.json');
    const value = JSON.parse(after.replaceAll(/\/\*.*?\*\//g, '')) as { security: { auth: object } };
    expect(value.security.auth).toMatchObject({ selectedType: 'gemini-api-key' });
    expect(Object.keys(value.security.auth)).toHaveLength(auths);
    const bareLineEnds = after.replaceAll('\r\n', '').includes('\n');
    expect(bareLineEnds && before.includes('\r\n')).toBe(false);
  });

  it('refuses what is JSON but no object', async () => {
    for (const bad of ['[]', '"x"', '1']) {
      const { put, write } = home();
      put('.gemini/settings.json', bad);
      await expect(write('gemini')).rejects.toMatchObject({ code: 'invalid_request' });
    }
  });
});

describe('TOML', () => {
  it('changes its own lines only', async () => {
    const { put, read, write } = home();
    const before = `# Codex
model = "gpt-5" # my favourite
approval_policy = "never"

[model_providers.parley]
name = "Old"
base_url = "http://127.0.0.1:1/v1"

# about projects
[projects."/home/me"]
trust_level = "trusted"
`;
    put('.codex/config.toml', before);
    const { backup } = await write('codex');
    expect(readFileSync(backup ?? '', 'utf8')).toBe(before);
    expect(read('.codex/config.toml')).toBe(`model_provider = "parley"
# Codex
model = "${model}" # my favourite
approval_policy = "never"

[model_providers.parley]
name = "Parley"
base_url = "${url}/v1"
env_key = "PARLEY_KEY"
wire_api = "responses"

# about projects
[projects."/home/me"]
trust_level = "trusted"
`);
  });

  it.each([
    ['model_providers = { mine = { name = "x" } }\n', 'inline tables cannot be added to'],
    ['model_providers.parley.name = "x"\n', 'dotted keys cannot be added to'],
  ])('leaves alone what it could only break: %s', async before => {
    const { put, read, write } = home();
    put('.codex/config.toml', before);
    await expect(write('codex')).rejects.toMatchObject({ code: 'invalid_request' });
    expect(read('.codex/config.toml')).toBe(before);
  });

  it('is not misled by what looks like its lines', async () => {
    const { put, read, write } = home();
    put('.codex/config.toml', 'notes = """\nmodel = "inside"\n"""\n\n[profiles.a]\nmodel = "theirs"\n');
    await write('codex').catch(() => undefined);
    const value = parseToml(read('.codex/config.toml'));
    expect(value).toMatchObject({ notes: 'model = "inside"\n', profiles: { a: { model: 'theirs' } } });
  });
});

describe('YAML', () => {
  it('replaces its model by name and keeps the others and the comments', async () => {
    const { put, read, write } = home();
    put(
      '.continue/config.yaml',
      'name: My setup # mine\nversion: 2.0.0\nmodels:\n  # the old one\n  - name: Other\n    provider: ollama\n    model: x\n  - name: Parley\n    provider: openai\n    model: old\n',
    );
    await write('continue');
    const after = read('.continue/config.yaml');
    expect(after).toContain('name: My setup # mine\n');
    expect(after).toContain('# the old one\n');
    expect(parseYaml(after)).toEqual({
      name: 'My setup',
      version: '2.0.0',
      schema: 'v1',
      models: [
        { name: 'Other', provider: 'ollama', model: 'x' },
        { name: 'Parley', provider: 'openai', model, apiBase: `${url}/v1`, apiKey: key, roles: ['chat'] },
      ],
    });
  });

  it('goes below a file of comments, and refuses a list that is none', async () => {
    const { put, read, write } = home();
    put('.aider.conf.yml', '# nothing chosen yet\n');
    await write('aider');
    expect(read('.aider.conf.yml')).toMatch(/^# nothing chosen yet\nmodel: /);
    put('.continue/config.yaml', 'models: 3\n');
    await expect(write('continue')).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('what is shown and written', () => {
  it('shows no key, neither ours nor those of others', async () => {
    const { put, tools } = home();
    put(
      '.claude/settings.json',
      '{\n  "env": {\n    "ANTHROPIC_API_KEY": "sk-ant-1234567890abcdef",\n    "MY_TOKEN": "verysecretvalue"\n  }\n}\n',
    );
    const { diff, is_new: isNew } = await tools.preview({ tool: 'claude_code', model, key });
    const shown = diff.map(({ mark, text }) => mark + text).join('\n');
    expect(isNew).toBe(false);
    expect(shown).toContain('parley-abcd…');
    expect(shown).not.toMatch(/xxxx|567890|verysecret/);
    expect(shown).toContain(`+    "ANTHROPIC_BASE_URL": "${url}"`);
    expect(shown).toContain('+    "ANTHROPIC_AUTH_TOKEN": "parley-abcd…"');
  });

  it('writes only what was looked at', async () => {
    const { put, read, tools } = home();
    const { state } = await tools.preview({ tool: 'gemini', model, key });
    put('.gemini/settings.json', '{"a":1}');
    await expect(tools.write({ tool: 'gemini', model, key, state })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('changed meanwhile'),
    });
    expect(read('.gemini/settings.json')).toBe('{"a":1}');
  });

  it('follows a link and leaves it one', async () => {
    const { homeDir, put, read, write } = home();
    put('dotfiles/claude.json', '{}');
    mkdirSync(join(homeDir, '.claude'));
    symlinkSync(join(homeDir, 'dotfiles/claude.json'), join(homeDir, '.claude/settings.json'));
    await write('claude_code');
    expect(lstatSync(join(homeDir, '.claude/settings.json')).isSymbolicLink()).toBe(true);
    expect(read('dotfiles/claude.json')).toContain(url);
  });

  it('says why it cannot', async () => {
    await expect(home(null).write('codex')).rejects.toMatchObject({
      message: expect.stringContaining('does not run'),
    });
    await expect(home().write('curl')).rejects.toMatchObject({ message: expect.stringContaining('no file') });
    await expect(home().write('claude_code', '')).rejects.toMatchObject({
      message: expect.stringContaining('key'),
    });
    expect(await home().write('codex', '')).toMatchObject({ backup: null });
  });
});
