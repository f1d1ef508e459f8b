import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { placeWindow, readWindowState, writeWindowState } from '../../electron/window/window-state.ts';

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const desk = { x: 1440, y: 0, width: 2560, height: 1440 };
const saved = { x: 1500, y: 100, width: 1000, height: 700, maximized: false };

describe('placeWindow', () => {
  it('opens as it was left, on whichever display that is', () => {
    expect(placeWindow(saved, [laptop, desk])).toEqual(saved);
    expect(placeWindow({ ...saved, maximized: true }, [laptop, desk])).toEqual({ ...saved, maximized: true });
  });

  it('centres a first window', () => {
    expect(placeWindow(undefined, [laptop, desk])).toEqual({
      x: 80,
      y: 63,
      width: 1280,
      height: 800,
      maximized: false,
    });
  });

  it('comes back to the first display when its own is gone', () => {
    expect(placeWindow(saved, [laptop])).toEqual({ ...saved, x: 220, y: 113 });
  });

  it('is no larger than the display and no smaller than it can be used', () => {
    expect(placeWindow({ ...saved, x: 10, y: 30, width: 9000, height: 9000 }, [laptop])).toMatchObject({
      width: 1440,
      height: 875,
    });
    expect(placeWindow({ ...saved, width: 1, height: 1, x: 10, y: 30 }, [laptop])).toMatchObject({
      width: 480,
      height: 400,
    });
  });

  it.each([
    ['above the display', { y: -300 }],
    ['below the display', { y: 870 }],
    ['left of all displays', { x: -990 }],
    ['with a few pixels left on the right', { x: 1400 }],
  ])('moves a window whose title is %s', (_where, place) => {
    const moved = placeWindow({ ...saved, x: 10, y: 30, ...place }, [laptop]);
    expect(moved).toMatchObject({ x: 220, y: 113 });
  });

  it('lets a window hang over the edge as long as its title can be grabbed', () => {
    const hanging = { ...saved, x: -800, y: 700 };
    expect(placeWindow(hanging, [laptop])).toEqual(hanging);
  });

  it('needs no display at all', () => {
    expect(placeWindow(saved, [])).toMatchObject({ width: 1280, height: 800 });
  });
});

describe('the state file', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-window-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reads what it wrote, and leaves no draft behind', () => {
    const file = join(folder, 'window-state.json');
    writeWindowState(file, saved);
    writeWindowState(file, { ...saved, width: 999 });
    expect(readWindowState(file)).toEqual({ ...saved, width: 999 });
    expect(readdirSync(folder)).toEqual(['window-state.json']);
  });

  it.each(['', '{', '[]', '{"x":1}', '{"x":"1","y":1,"width":1,"height":1,"maximized":false}', '\0\0\0'])(
    'starts afresh on %j',
    text => {
      const file = join(folder, 'window-state.json');
      writeFileSync(file, text);
      expect(readWindowState(file)).toBeUndefined();
    },
  );

  it('throws where it cannot write, and keeps the old state', () => {
    const file = join(folder, 'window-state.json');
    writeWindowState(file, saved);
    expect(() => writeWindowState(join(file, 'below'), saved)).toThrow(/EEXIST|ENOTDIR/);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(saved);
  });
});
