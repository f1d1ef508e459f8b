/** Most keys one question may carry, as the contract of `messages.numbers` has it. */
const largest = 500;

/** Joins questions of one moment into one; a key without an answer is null. */
export function createBatch<T>(
  ask: (keys: string[]) => Promise<ReadonlyMap<string, T>>,
  schedule: (run: () => void) => void = run => setTimeout(run, 10),
): (key: string) => Promise<T | null> {
  let waiting = new Map<string, Promise<ReadonlyMap<string, T>>>();
  let current: { keys: string[]; answer: Promise<ReadonlyMap<string, T>> } | undefined;

  const open = () => {
    const keys: string[] = [];
    const answer = new Promise<ReadonlyMap<string, T>>((resolve, reject) => {
      schedule(() => {
        current = undefined;
        waiting = new Map();
        ask(keys).then(resolve, reject);
      });
    });
    return { keys, answer };
  };

  return async key => {
    const known = waiting.get(key);
    if (known) return (await known).get(key) ?? null;
    if (!current || current.keys.length >= largest) current = open();
    current.keys.push(key);
    waiting.set(key, current.answer);
    return (await current.answer).get(key) ?? null;
  };
}
