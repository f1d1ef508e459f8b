import type { AttachedFile } from './attach-files.ts';

/** Files of drafts nobody has come back to for so long are forgotten, in milliseconds. */
const keptMs = 30 * 24 * 60 * 60 * 1000;
const databaseName = 'parley-drafts';
const storeName = 'files';

type Stored = { files: AttachedFile[]; saved_at: number };

/** Files of the unsent message of a chat; none where the browser keeps nothing. */
export async function readStoredFiles(chat: string): Promise<AttachedFile[]> {
  const stored = await inStore<Stored | undefined>('readonly', store => store.get(chat));
  return stored?.files ?? [];
}

/** Losing them costs attaching them again, so a full or blocked storage is no error. */
export async function storeFiles(chat: string, files: readonly AttachedFile[]): Promise<void> {
  await inStore('readwrite', store =>
    files.length === 0 ? store.delete(chat) : store.put({ files, saved_at: Date.now() }, chat),
  );
}

async function inStore<T>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest,
): Promise<T | undefined> {
  try {
    const database = await open();
    const store = database.transaction(storeName, mode).objectStore(storeName);
    return (await settled(ask(store))) as T; // what was put there under this name
  } catch {
    return undefined;
  }
}

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opened ??= openDatabase();
  return opened;
}

async function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName, 1);
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(storeName));
  const database = await settled(request);
  forgetOld(database);
  return database;
}

function forgetOld(database: IDBDatabase): void {
  const request = database.transaction(storeName, 'readwrite').objectStore(storeName).openCursor();
  request.addEventListener('success', () => {
    const cursor = request.result;
    if (!cursor) return;
    const { saved_at: savedAt } = cursor.value as Stored; // as storeFiles puts it there
    if (savedAt < Date.now() - keptMs) cursor.delete();
    cursor.continue();
  });
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('The storage failed.')));
  });
}
