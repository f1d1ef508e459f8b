import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';

import { startUpstream } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import type { ParleyServer } from './parley-server.ts';

/** Three models that differ in what they can do; `plain` states nothing. */
const models = `{
    { id = "parrot", name = "parrot", context_size = 1000, max_output_tokens = 500, reasoning = false,
      input_modalities = { "text" }, input_cost = 1, output_cost = 2 },
    { id = "parrot-scholar", name = "parrot scholar", context_size = 200000, reasoning = true,
      input_modalities = { "text", "image", "pdf" }, input_cost = 3, output_cost = 15 },
    { id = "parrot-plain", name = "parrot plain" },
  }`;

/**
 * A backend named `parrot` whose upstream is the test's own; made before the page is opened. `more` stands in parley.yaml
 * behind it, `extra` are further scripts by their type.
 */
export async function addScriptedBackend(
  server: ParleyServer,
  options: { more?: string; list?: string; extra?: Record<string, string> } = {},
): Promise<ScriptedUpstream> {
  const upstream = await startUpstream();
  const script = `return { dialect = "openai_completions", base_url = "${upstream.url}", api_key = "k",
  models = ${options.list ?? models} }`;
  mkdirSync(join(server.dataDir, 'providers'), { recursive: true });
  writeFileSync(join(server.dataDir, 'providers', 'parrot.lua'), script);
  for (const [type, source] of Object.entries(options.extra ?? {}))
    writeFileSync(join(server.dataDir, 'providers', `${type}.lua`), source);
  writeFileSync(
    join(server.dataDir, 'parley.yaml'),
    `llm:\n  backends:\n    - { name: parrot, type: parrot }\n${options.more ?? ''}`,
  );
  return upstream;
}

/** Bodies of the questions an upstream got, oldest first. */
export function askedOf({ requests }: ScriptedUpstream): Record<string, unknown>[] {
  return requests
    .filter(({ method, path }) => method === 'POST' && path.endsWith('/chat/completions'))
    .map(({ body }) => JSON.parse(body) as Record<string, unknown>);
}

export async function chooseModel(page: Page, name: string): Promise<void> {
  await page.getByLabel('Model', { exact: true }).click();
  await page.getByRole('combobox', { name: 'Filter' }).fill(name);
  await expect(page.getByRole('option').first()).toContainText(name);
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Model', { exact: true })).toContainText(name);
}
