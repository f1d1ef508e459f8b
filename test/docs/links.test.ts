import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const docs = readdirSync(join(root, 'docs')).filter(name => name.endsWith('.md'));
const pages = ['README.md', 'SECURITY.md', ...docs.map(name => `docs/${name}`)];
const read = (page: string): string => readFileSync(join(root, page), 'utf8');

/** Titles as GitHub makes anchors of them. */
function anchorsOf(text: string): string[] {
  const titles = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, title]) => title ?? '');
  return titles.map(title =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(pages)('%s', page => {
  const text = read(page);

  it('links to what is there', () => {
    const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
    const broken = links.filter(([, path = '', anchor]) => {
      const file = path === '' ? join(root, page) : join(root, dirname(page), path);
      if (!existsSync(file)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('names tests and scripts that are there', () => {
    const named = [...text.matchAll(/`((?:test|scripts)\/[\w./-]+\.ts)`/g)].map(([, file]) => file ?? '');
    expect(named.filter(file => !existsSync(join(root, file)))).toEqual([]);
  });
});

it('every page is reached from the README', () => {
  const readme = read('README.md');
  expect(docs.filter(name => !readme.includes(`docs/${name}`))).toEqual([]);
  expect(readme).toContain('SECURITY.md');
});

it('pictures are light', () => {
  const folders = ['docs', 'docs/images'];
  const sizes = folders.flatMap(folder =>
    readdirSync(join(root, folder))
      .filter(name => name.endsWith('.png'))
      .map(name => [`${folder}/${name}`, statSync(join(root, folder, name)).size] as const),
  );
  expect(sizes.filter(([, size]) => size > 200_000)).toEqual([]);
  expect(sizes.reduce((sum, [, size]) => sum + size, 0)).toBeLessThan(1_500_000);
});
