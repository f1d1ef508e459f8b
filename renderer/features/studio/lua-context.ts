/** What is open around a place in a script, from the outside in. */
type Frame =
  | { type: 'table'; key: string | null; keys: Set<string> }
  | { type: 'function'; name: string | null; params: string[]; isHeadOver: boolean }
  | { type: 'block' }
  | { type: 'paren' };

export type LuaContext = {
  frames: Frame[];
  /** A string the place is in: where its text begins, and the key it is the value of. */
  string: { start: number; key: string | null } | null;
  isComment: boolean;
  /** Whether a new field of the innermost table may begin here. */
  isKeyPlace: boolean;
};

const tokenPattern =
  /--\[(=*)\[[\s\S]*?(?:\]\1\]|$)|--[^\n]*|\[(=*)\[[\s\S]*?(?:\]\2\]|$)|"(?:\\[\s\S]|[^"\\\n])*(?:"|$|(?=\n))|'(?:\\[\s\S]|[^'\\\n])*(?:'|$|(?=\n))|[A-Za-z_]\w*|\d[\w.]*|\s+|[\s\S]/g;

/** Reads a script up to a place, however unfinished it is. */
export function readLuaContext(text: string, place: number): LuaContext {
  const before = text.slice(0, place);
  const frames: Frame[] = [];
  /** The last tokens that mean something, the newest at the end. */
  const last: string[] = [];
  let open: Pick<LuaContext, 'string' | 'isComment'> = { string: null, isComment: false };
  for (const [token] of before.matchAll(tokenPattern)) {
    if (/^\s/.test(token)) {
      if (token.includes('\n')) open = { string: null, isComment: false };
      continue;
    }
    const unfinished = findUnfinished(token);
    open = { string: null, isComment: unfinished?.type === 'comment' };
    if (token.startsWith('--')) continue;
    if (unfinished?.type === 'string') {
      const key = last.at(-1) === '=' ? (last.at(-2) ?? null) : null;
      open.string = { start: place - token.length + unfinished.quote, key };
    }
    follow(token, last, frames);
    last.push(token);
    if (last.length > 4) last.shift();
  }
  const preceding = /\w$/.test(before) ? last.at(-2) : last.at(-1);
  const isKeyPlace = frames.at(-1)?.type === 'table' && /^[{,;]$/.test(preceding ?? '');
  return { frames, ...open, isKeyPlace };
}

/** Whether what follows a token still belongs to it. */
function findUnfinished(token: string): { type: 'comment' } | { type: 'string'; quote: number } | null {
  const [opened, , level] = /^(--)?\[(=*)\[/.exec(token) ?? [];
  const isLong = opened !== undefined && !token.endsWith(`]${level ?? ''}]`);
  if (token.startsWith('--')) return opened === undefined || isLong ? { type: 'comment' } : null;
  if (isLong) return { type: 'string', quote: opened.length };
  const isClosed = /^(["'])(?:\\[\s\S]|(?!\1)[^\\])*\1$/.test(token);
  return /^["']/.test(token) && !isClosed ? { type: 'string', quote: 1 } : null;
}

/** Opens and closes what a token opens and closes. */
function follow(token: string, last: readonly string[], frames: Frame[]): void {
  const inner = frames.at(-1);
  const key = last.at(-1) === '=' ? (last.at(-2) ?? null) : null;
  switch (token) {
    case '{':
      frames.push({ type: 'table', key, keys: new Set() });
      return;
    case '(':
      frames.push({ type: 'paren' });
      return;
    case 'function':
      frames.push({ type: 'function', name: key, params: [], isHeadOver: false });
      return;
    case 'do':
    case 'then':
    case 'repeat':
      frames.push({ type: 'block' });
      return;
    case '}':
      closeTo(frames, 'table');
      return;
    case ')':
      closeTo(frames, 'paren');
      return;
    case 'end':
    case 'until':
    // Its `then` opens the block again.
    case 'elseif':
      closeBlock(frames);
      return;
    case '=':
      if (inner?.type === 'table') inner.keys.add(last.at(-1) ?? '');
      return;
  }
  if (!/^[A-Za-z_]/.test(token)) return;
  const outer = frames.at(-2);
  if (inner?.type === 'function' && !inner.isHeadOver) inner.name = token;
  else if (inner?.type === 'paren' && outer?.type === 'function' && !outer.isHeadOver)
    outer.params.push(token);
}

/** What an unfinished line has left open inside of it is closed, too. */
function closeTo(frames: Frame[], type: 'table' | 'paren'): void {
  const at = frames.findLastIndex(frame => frame.type === type);
  if (at === -1) return;
  frames.length = at;
  const outer = frames.at(-1);
  if (type === 'paren' && outer?.type === 'function') outer.isHeadOver = true;
}

function closeBlock(frames: Frame[]): void {
  const at = frames.findLastIndex(frame => frame.type === 'block' || frame.type === 'function');
  if (at !== -1) frames.length = at;
}
