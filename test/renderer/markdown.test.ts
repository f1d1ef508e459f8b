import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import i18next from 'i18next';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { initReactI18next } from 'react-i18next';
import { describe, expect, test } from 'vitest';

import { ApiContext, createApi } from '../../renderer/api.ts';
import { Markdown } from '../../renderer/features/thread/markdown.tsx';
import { catalogues } from '../../renderer/texts/texts.ts';

await i18next.use(initReactI18next).init({ resources: catalogues, lng: 'en' });

const api = createApi({ call: () => Promise.reject(new Error('no network')), on: () => () => {} });

function render(text: string, isStreaming = false): string {
  const markdown = createElement(Markdown, { text, isStreaming });
  const asked = createElement(QueryClientProvider, { client: new QueryClient() }, markdown);
  return renderToStaticMarkup(createElement(ApiContext, { value: api }, asked));
}

describe('answers as markdown', () => {
  test('HTML is text', () => {
    const html = render('<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> <b>bold</b>');
    expect(html).not.toMatch(/<(script|img|b)\b/);
    expect(html).toContain('&lt;script&gt;');
  });

  test('a link opens outside and tells nothing of this page', () => {
    expect(render('[a](https://example.com/x)')).toContain(
      '<a href="https://example.com/x" target="_blank" rel="noreferrer">a</a>',
    );
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'app://parley/x',
    '/ui/call/x',
  ])('a link to %s is only its text', url => {
    const html = render(`[click](${url})`);
    expect(html).toContain('click');
    expect(html).not.toContain('<a');
  });

  test('a remote image is not loaded but named, with its address', () => {
    const html = render('![A diagram](https://example.com/d.png)');
    expect(html).not.toContain('<img');
    expect(html).toContain('A diagram');
    expect(html).toContain('Load image from example.com');
    expect(html).toContain('href="https://example.com/d.png"');
  });

  test('an image inside the answer shows, unless it is an SVG', () => {
    expect(render('![x](data:image/png;base64,AAAA)')).toContain('<img src="data:image/png;base64,AAAA"');
    expect(render('![x](data:image/svg+xml;base64,AAAA)')).not.toContain('<img');
  });

  test('code keeps its language, its text and a way to copy it', () => {
    const html = render('```ts\nconst a = "<b>";\n```');
    expect(html).toContain('>ts</span>');
    expect(html).toContain('const a = &quot;&lt;b&gt;&quot;;');
    expect(html).toContain('aria-label="Copy code"');
  });

  test('tables, task lists and footnotes of GitHub are understood', () => {
    expect(render('| a |\n|---|\n| 1 |')).toContain('<td>1</td>');
    expect(render('- [x] done')).toMatch(/<input type="checkbox"[^>]*checked/);
    const notes = render('A claim.[^1]\n\nMore.\n\n[^1]: Its *source*.');
    expect(notes.match(/data-footnotes/g)).toHaveLength(1);
    expect(notes).toContain('Its <em>source</em>.');
    expect(notes).not.toContain('[^1]');
  });

  test('half-finished markup is closed while it streams and shown as it is after', () => {
    expect(render('This is **bol', true)).toContain('<strong>bol</strong>');
    expect(render('This is **bol')).not.toContain('<strong>');
    expect(render('See [the do', true)).not.toContain('[');
    expect(render('```py\nprint(1)', true)).toContain('print(1)');
  });

  test('footnotes are there while the answer streams, and their ids are of this answer alone', () => {
    const two = createElement(
      'div',
      null,
      ...['a', 'b'].map(key =>
        createElement(Markdown, { key, text: 'X.[^1]\n\n[^1]: Y.', isStreaming: true }),
      ),
    );
    const ids = [...renderToStaticMarkup(two).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
  });

  test('a link is found where its definition stands in another block', () => {
    expect(render('See [the docs][1].\n\nMore.\n\n[1]: https://example.com/x')).toContain(
      '<a href="https://example.com/x" target="_blank" rel="noreferrer">the docs</a>',
    );
  });

  test('the head of a table does not flash as text', () => {
    expect(render('Look:\n\n| a | b |', true)).not.toContain('|');
    expect(render('| a | b |\n|---|---|', true)).toContain('<th>a</th>');
  });
});
