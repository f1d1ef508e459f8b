import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { z } from 'zod';

export type Rectangle = { x: number; y: number; width: number; height: number };

const windowStateSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowStateSchema>;

export const smallestWindow = { width: 480, height: 400 };
const firstWindow = { width: 1280, height: 800 };
/** How much of the window's top must lie on a display, so that a person can grab it. */
const grip = { width: 120, height: 32 };

/**
 * Where to open the window: as it was left where that is still on a display (each given by its work area),
 * else centred on the first one.
 */
export function placeWindow(saved: WindowState | undefined, displays: Rectangle[]): WindowState {
  const display = displays.find(area => saved !== undefined && showsTitle(saved, area)) ?? displays[0];
  const size = saved ?? firstWindow;
  if (display === undefined) return { x: 0, y: 0, maximized: false, ...firstWindow };
  const width = Math.max(smallestWindow.width, Math.min(size.width, display.width));
  const height = Math.max(smallestWindow.height, Math.min(size.height, display.height));
  const maximized = saved?.maximized ?? false;
  if (saved !== undefined && showsTitle(saved, display)) {
    return { x: saved.x, y: saved.y, width, height, maximized };
  }
  const x = Math.round(display.x + Math.max(0, display.width - width) / 2);
  const y = Math.round(display.y + Math.max(0, display.height - height) / 2);
  return { x, y, width, height, maximized };
}

/** The state the last run left; undefined when there is none, or none that can be used. */
export function readWindowState(file: string): WindowState | undefined {
  try {
    return windowStateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // A first start, or a file that was cut or edited: the window opens at its first size.
    return undefined;
  }
}

/** Writes beside the file and renames, so that a power cut leaves the old state or the new one. Throws on a full disk. */
export function writeWindowState(file: string, state: WindowState): void {
  const draft = `${file}.tmp`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(draft, `${JSON.stringify(state)}\n`);
  renameSync(draft, file);
}

function showsTitle(window: Rectangle, area: Rectangle): boolean {
  const left = Math.max(window.x, area.x);
  const right = Math.min(window.x + window.width, area.x + area.width);
  return right - left >= grip.width && window.y >= area.y && window.y + grip.height <= area.y + area.height;
}
