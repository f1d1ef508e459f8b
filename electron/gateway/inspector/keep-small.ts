/** What is not larger is copied side by side with others. */
export const mostSmall = 4 * 1024;
const slabBytes = 64 * 1024;

// The only state of this module: the memory that is being filled. It is never filled twice: it goes once all who have a part of it
// are gone, which the inspector's entries are in the order they came.
let slab = new Uint8Array(0);
let used = 0;

/** A copy of at most `mostSmall` bytes. A buffer of its own would cost eight times as much, and a part of Node's pool keep all of that. */
export function keepSmall(bytes: Uint8Array): Uint8Array {
  const end = used + bytes.length;
  if (end > slab.length) {
    slab = new Uint8Array(slabBytes);
    used = 0;
    return keepSmall(bytes);
  }
  const copy = slab.subarray(used, end);
  copy.set(bytes);
  used = end;
  return copy;
}
