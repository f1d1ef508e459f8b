import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { isOpenedOutside } from '../../electron/window/guard-contents.ts';
import { findPageFile, isPageAddress } from '../../electron/window/page-file.ts';

const pageDir = join('/app', 'dist', 'renderer');

describe('findPageFile', () => {
  it.each([
    ['app://parley/', 'index.html', 'text/html; charset=utf-8'],
    ['app://parley', 'index.html', 'text/html; charset=utf-8'],
    ['app://parley/assets/index-1.js?v=2#top', 'assets/index-1.js', 'text/javascript; charset=utf-8'],
    ['app://parley/assets/a%20b.css', 'assets/a b.css', 'text/css; charset=utf-8'],
    ['app://parley/blob', 'blob', 'application/octet-stream'],
  ])('%s is %s', (address, file, type) => {
    expect(findPageFile(pageDir, address)).toEqual({ file: join(pageDir, file), type });
  });

  it.each([
    'app://parley/..%2f..%2fsecret',
    'app://parley/assets/..%2f..%2f..%2fetc/passwd',
    'app://parley/..%5c..%5csecret',
    'app://parley/%00',
    'app://parley/%zz',
    'app://other/index.html',
    'app://parley:99/index.html',
    'file:///etc/passwd',
    'https://parley/index.html',
    'nonsense',
  ])('%s is nothing', address => {
    expect(findPageFile(pageDir, address)).toBeUndefined();
  });

  it.each(['../', '%2e%2e/', '.%2e/', '%2e%2e%2f'])('never leaves the folder by %s', dots => {
    const { file } = findPageFile(pageDir, `app://parley/${dots.repeat(5)}etc/passwd`) ?? { file: null };
    expect([null, join(pageDir, 'etc/passwd')]).toContain(file);
  });
});

describe('addresses', () => {
  it('knows its own page', () => {
    expect(isPageAddress('app://parley/#/usage')).toBe(true);
    expect(isPageAddress('app://parley.evil.example/')).toBe(false);
    expect(isPageAddress('https://example.com/app://parley/')).toBe(false);
  });

  it('opens web and mail outside, and no other scheme', () => {
    expect(['https://a.example', 'http://a.example', 'mailto:a@b.example'].map(isOpenedOutside)).toEqual([
      true,
      true,
      true,
    ]);
    const others = ['file:///etc/passwd', 'javascript:alert(1)', 'smb://a/b', 'ms-msdt:x', 'x'];
    expect(others.filter(isOpenedOutside)).toEqual([]);
  });
});
