import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { chromium } from '@playwright/test';
import type { Page } from '@playwright/test';

import { findChromium } from './find-chromium.ts';
import { toIcns, toIco } from './icon-files.ts';
import { drawTrayIcons } from './tray-icons.ts';

const root = join(import.meta.dirname, '..');
const build = join(root, 'build');
const svg = readFileSync(join(root, 'renderer/public/icon.svg'), 'utf8');

const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512];
const windowsSizes = [16, 24, 32, 48, 64, 128, 256];
const macSizes = [16, 32, 64, 128, 256, 512, 1024];
/** Apple's grid: the shape takes 824 of 1024, the rest is room for its shadow. */
const macShare = 824 / 1024;

const executablePath = findChromium();
const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath });
try {
  const page = await browser.newPage();
  const draw = (share: number) => (size: number) => drawIcon(page, size, share);
  const plain = await drawAll(new Set([...linuxSizes, ...windowsSizes]), draw(1));
  const mac = await drawAll(new Set(macSizes), draw(macShare));
  rmSync(build, { recursive: true, force: true });
  mkdirSync(join(build, 'icons'), { recursive: true });
  for (const size of linuxSizes) {
    writeFileSync(join(build, 'icons', `${size}x${size}.png`), pick(plain, size));
  }
  writeFileSync(join(build, 'icon.png'), pick(plain, 512));
  writeFileSync(join(build, 'icon.ico'), toIco(windowsSizes.map(size => [size, pick(plain, size)])));
  writeFileSync(join(build, 'icon.icns'), toIcns(macSizes.map(size => [size, pick(mac, size)])));
  // A test compares it, so that nobody changes the drawing and forgets what is made of it.
  writeFileSync(join(build, 'icon.svg'), svg);
  await drawTrayIcons(page, svg, join(root, 'renderer/public/tray'));
} finally {
  await browser.close();
}

async function drawAll(
  sizes: Set<number>,
  draw: (size: number) => Promise<Buffer>,
): Promise<Map<number, Buffer>> {
  const drawn = new Map<number, Buffer>();
  for (const size of sizes) drawn.set(size, await draw(size));
  return drawn;
}

async function drawIcon(page: Page, size: number, share: number): Promise<Buffer> {
  await page.setViewportSize({ width: size, height: size });
  const inner = size * share;
  const style = `*{margin:0}svg{display:block;width:${inner}px;height:${inner}px;margin:${(size - inner) / 2}px}`;
  await page.setContent(`<style>${style}</style>${svg}`);
  return page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: size, height: size } });
}

function pick(drawn: Map<number, Buffer>, size: number): Buffer {
  const png = drawn.get(size);
  if (png === undefined) throw new Error(`No icon of ${size} pixels was drawn.`);
  return png;
}
