import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Who may import whom; docs/decisions/0001 says why. `core` is electron/*.ts and its folders beside commands. */
const mayImport: Record<string, readonly string[]> = {
  contract: [],
  dialects: ['contract'],
  config: ['contract'],
  demo: ['contract'],
  store: ['contract'],
  transfer: ['contract'],
  backup: ['contract', 'store', 'transfer'],
  window: ['contract'],
  renderer: ['contract'],
  engine: ['contract', 'dialects'],
  gateway: ['contract', 'dialects', 'engine'],
  api: ['contract', 'engine', 'store', 'transfer', 'backup'],
  core: ['contract', 'dialects', 'config', 'demo', 'store', 'transfer', 'backup', 'engine', 'gateway', 'api'],
};

/** Only these files of the core know Electron's side. */
const windowFiles = new Set(['electron/main.ts', 'electron/preload.ts']);

const npmPackages: Record<string, readonly string[]> = {
  contract: ['zod'],
  dialects: [],
  demo: [],
  transfer: [],
};

/** The vendors' own clients, whose types say what their wire formats hold. Nothing of them may run. */
const typesOnly: Record<string, readonly string[]> = {
  dialects: ['openai', '@anthropic-ai/sdk', '@google/genai', 'ollama'],
};

type Import = { file: string; area: string; specifier: string; isType: boolean };

const imports = [...listSources('electron'), ...listSources('renderer')].flatMap(readImports);

describe('layers', () => {
  it('finds the sources', () => {
    expect(new Set(imports.map(({ area }) => area))).toEqual(new Set(Object.keys(mayImport)));
  });

  it('imports across areas only as the table says', () => {
    const forbidden = imports.filter(each => {
      const target = targetArea(each);
      if (target === undefined || target === each.area) return false;
      if (target === 'window') return !windowFiles.has(each.file);
      return !(mayImport[each.area] ?? []).includes(target);
    });
    expect(forbidden.map(describeImport)).toEqual([]);
  });

  it('keeps electron in window and main', () => {
    const users = imports.filter(
      ({ specifier }) => specifier === 'electron' || specifier.startsWith('electron/'),
    );
    const others = users.filter(({ area, file }) => area !== 'window' && !windowFiles.has(file));
    expect(others.map(describeImport)).toEqual([]);
    expect(users.length).toBeGreaterThan(0);
  });

  it('keeps the pure areas free of packages and of input and output', () => {
    const impure = imports.filter(({ area, specifier, isType }) => {
      const allowed = npmPackages[area];
      if (allowed === undefined || specifier.startsWith('.')) return false;
      const isNode = specifier.startsWith('node:');
      // The demo is a server of its own; the others do no I/O at all, though bytes and hashes are pure.
      if (isNode) return area !== 'demo' && !['node:buffer', 'node:crypto'].includes(specifier);
      const isKnownType = typesOnly[area]?.some(
        name => specifier === name || specifier.startsWith(`${name}/`),
      );
      return !allowed.includes(specifier) && !(isType && isKnownType);
    });
    expect(impure.map(describeImport)).toEqual([]);
  });

  it('opens connections to upstreams in one place only', () => {
    const usersOf = (name: string): string[] => {
      const users = imports.filter(({ specifier }) => specifier === name);
      return [...new Set(users.map(({ file }) => file))].sort();
    };
    const network = 'electron/engine/network';
    expect(usersOf('undici')).toEqual([`${network}/open-outlets.ts`, `${network}/open-tunnel.ts`]);
    for (const file of usersOf('node:tls')) expect(file).toContain(`${network}/`);
  });

  it('has one tsconfig an area with the same references', () => {
    for (const [area, targets] of Object.entries(mayImport)) {
      const dir = area === 'core' ? 'electron' : area === 'renderer' ? 'renderer' : `electron/${area}`;
      const { references } = JSON.parse(readFileSync(join(root, dir, 'tsconfig.json'), 'utf8')) as {
        references?: { path: string }[];
      };
      const referenced = (references ?? []).map(({ path }) =>
        areaOf(relative(root, resolve(root, dir, path, 'x.ts'))),
      );
      const expected = area === 'core' ? [...targets, 'window'] : targets;
      expect({ dir, referenced: referenced.sort() }).toEqual({ dir, referenced: [...expected].sort() });
    }
  });
});

function listSources(dir: string): string[] {
  return readdirSync(join(root, dir), { recursive: true, encoding: 'utf8' })
    .filter(name => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .map(name => join(dir, name).split(sep).join('/'));
}

function readImports(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s(?<type>type\s)?[^;'"]*?from\s*['"]([^'"]+)['"]|import\s*\(\s*['"]([^'"]+)['"]|(?:^|\n)import\s*['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map(match => ({
    file,
    area: areaOf(file),
    specifier: match[2] ?? match[3] ?? match[4] ?? '',
    isType: match.groups?.['type'] !== undefined,
  }));
}

function targetArea({ file, specifier }: Import): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  // A file's text, which brings no code along: of provider.d.lua the studio's completion is made.
  if (/^(?:\.\.\/)+providers\/.*\?raw$/.test(specifier)) return undefined;
  return areaOf(relative(root, resolve(root, dirname(file), specifier)));
}

function areaOf(path: string): string {
  const [top, second = ''] = path.split(sep).join('/').split('/');
  if (top === 'renderer') return 'renderer';
  if (top !== 'electron') return 'outside';
  return second in mayImport && second !== 'core' ? second : 'core';
}

function describeImport({ file, specifier }: Import): string {
  return `${file} imports ${specifier}`;
}
