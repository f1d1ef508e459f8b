/** PNG images with their sizes in pixels. */
export type Images = readonly (readonly [size: number, png: Buffer])[];

/** Windows' icon: a directory of images, each a PNG as Windows reads since Vista. */
export function toIco(images: Images): Buffer {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  for (const [index, [size, png]] of images.entries()) {
    const at = 6 + 16 * index;
    // 0 stands for 256.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([head, ...images.map(([, png]) => png)]);
}

/** Types of an icns file that hold a PNG, by its size; the second is the same for a screen of twice the density. */
const icnsTypes: Record<number, readonly string[]> = {
  16: ['icp4'],
  32: ['icp5', 'ic11'],
  64: ['ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
};

/** The Mac's icon: chunks with a type of four letters and a length. */
export function toIcns(images: Images): Buffer {
  const chunks = images.flatMap(([size, png]) => (icnsTypes[size] ?? []).map(type => chunk(type, png)));
  return chunk('icns', Buffer.concat(chunks));
}

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32BE(8 + data.length, 4);
  return Buffer.concat([head, data]);
}
