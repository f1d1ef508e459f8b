import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import type { z } from 'zod';

import { desktopCalls } from '../contract/desktop-calls.ts';
import type { MenuCommand } from '../contract/desktop-calls.ts';
import { menuLabels } from '../contract/menu-labels.ts';
import type { MenuLabels } from '../contract/menu-labels.ts';

export type ToldTexts = { labels: MenuLabels; keys: Partial<Record<MenuCommand, string>> };

const toldSchema: z.ZodType<ToldTexts> = desktopCalls['desktop.tell'].input;

/** What the page told last, so that the next start speaks the reader's language before there is a page; else English. */
export function readToldTexts(file: string): ToldTexts {
  try {
    return toldSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // A first start, or the file of another version.
    return { labels: menuLabels, keys: {} };
  }
}

/** Losing it costs the language of one start. */
export function writeToldTexts(file: string, told: ToldTexts): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(told));
  } catch {
    // The disk is full; everything that matters says so itself.
  }
}
