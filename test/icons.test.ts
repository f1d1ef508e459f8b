import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { toIcns, toIco } from '../scripts/icon-files.ts';

const build = join(import.meta.dirname, '../build');
const read = (name: string): Buffer => readFileSync(join(build, name));
const png = Buffer.from('89504e470d0a1a0a', 'hex');

it('is made from the drawing the page has', () => {
  // After a change of the drawing: node scripts/icons.ts
  expect(read('icon.svg')).toEqual(readFileSync(join(build, '../renderer/public/icon.svg')));
});

it('has every size Windows asks for', () => {
  const ico = read('icon.ico');
  const count = ico.readUInt16LE(4);
  const entries = Array.from({ length: count }, (_, index) => 6 + 16 * index);
  expect(entries.map(at => ico.readUInt8(at) || 256)).toEqual([16, 24, 32, 48, 64, 128, 256]);
  for (const at of entries) {
    const [length, offset] = [ico.readUInt32LE(at + 8), ico.readUInt32LE(at + 12)];
    expect(ico.subarray(offset, offset + 8)).toEqual(png);
    expect(ico.readUInt32BE(offset + 16)).toBe(ico.readUInt8(at) || 256);
    expect(offset + length).toBeLessThanOrEqual(ico.length);
  }
});

it('has every size a Mac asks for, up to 1024', () => {
  const icns = read('icon.icns');
  expect(icns.readUInt32BE(4)).toBe(icns.length);
  const found: [string, number][] = [];
  for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
    expect(icns.subarray(at + 8, at + 16)).toEqual(png);
    found.push([icns.toString('latin1', at, at + 4), icns.readUInt32BE(at + 24)]);
  }
  expect(Object.fromEntries(found)).toMatchObject({ ic07: 128, ic08: 256, ic09: 512, ic10: 1024 });
});

it('puts nothing but whole images into the files', () => {
  const image = Buffer.concat([png, Buffer.from('abc')]);
  expect(toIco([[16, image]]).subarray(22)).toEqual(image);
  // 0 stands for 256.
  const two = toIco([
    [256, image],
    [16, image],
  ]);
  expect([two[6], two[7], two[22], two[23]]).toEqual([0, 0, 16, 16]);
  expect(toIcns([[16, image]]).subarray(16)).toEqual(image);
  // No type of the format has this size.
  expect(toIcns([[17, image]]).length).toBe(8);
});
