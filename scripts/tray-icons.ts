import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

/** Of a tray icon, in pixels; `@2x` is the same for a screen of twice the density. */
const sizes = [
  ['', 16],
  ['@1.5x', 24],
  ['@2x', 32],
] as const;

/** Draws the icons beside the clock from the project's one drawing, in a page that has nothing else to do. */
export async function drawTrayIcons(page: Page, svg: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [suffix, size] of sizes) {
    writeFileSync(join(folder, `tray${suffix}.png`), await draw(page, svg, size));
    // The menu bar of a Mac colours what is there, by its shape alone.
    writeFileSync(join(folder, `trayTemplate${suffix}.png`), await draw(page, shapeOf(svg), size));
  }
}

/** The speech bubble with its lines cut out, without the tile behind it, as large as the room allows. */
function shapeOf(svg: string): string {
  const [bubble, lines] = [...svg.matchAll(/<path d="([^"]+)"/g)].map(match => match[1] ?? '');
  if (bubble === undefined || lines === undefined)
    throw new Error('icon.svg has no bubble with lines any more.');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="5 5.500 22 22">
    <mask id="cut"><rect width="32" height="32" fill="#fff" />
    <path d="${lines}" stroke="#000" stroke-width="1.8" stroke-linecap="round" /></mask>
    <path d="${bubble}" mask="url(#cut)" /></svg>`;
}

async function draw(page: Page, svg: string, size: number): Promise<Buffer> {
  await page.setViewportSize({ width: size, height: size });
  const style = `*{margin:0}svg{display:block;width:${size}px;height:${size}px}`;
  await page.setContent(`<style>${style}</style>${svg}`);
  return page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: size, height: size } });
}
