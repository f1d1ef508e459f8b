/** One field of a class, or one parameter of a function. */
export type NamedType = { name: string; type: string; isOptional: boolean; doc: string };

type ContractClass = { name: string; parents: string[]; doc: string; fields: NamedType[] };
export type ContractFunction = {
  name: string;
  doc: string;
  params: NamedType[];
  returns: { type: string; doc: string }[];
};

/** What a provider script may use, as its LuaCATS annotations say. */
export type Annotations = {
  classes: ReadonlyMap<string, ContractClass>;
  functions: ReadonlyMap<string, ContractFunction>;
  aliases: ReadonlyMap<string, string>;
  /** Class of each global table. */
  globals: ReadonlyMap<string, string>;
};

type Pending = {
  doc: string[];
  class: ContractClass | null;
  params: NamedType[];
  returns: ContractFunction['returns'];
};

const noPending = (): Pending => ({ doc: [], class: null, params: [], returns: [] });

/** Reads provider.d.lua. Lines it does not know are passed over. */
export function parseAnnotations(text: string): Annotations {
  const classes = new Map<string, ContractClass>();
  const functions = new Map<string, ContractFunction>();
  const aliases = new Map<string, string>();
  const globals = new Map<string, string>();
  let pending = noPending();
  let alias: string | null = null;

  const readTag = (tag: string, rest: string): void => {
    switch (tag) {
      case 'class': {
        const [, name = '', parents = ''] = /^([\w.]+)(?:\s*:\s*(.*))?/.exec(rest) ?? [];
        const known = { name, parents: listOf(parents), doc: pending.doc.join(' '), fields: [] };
        classes.set(name, known);
        pending = { ...noPending(), class: known };
        return;
      }
      case 'field':
        pending.class?.fields.push(readNamed(rest));
        return;
      case 'param':
        pending.params.push(readNamed(rest));
        return;
      case 'return': {
        const { type, rest: doc } = readType(rest);
        pending.returns.push({ type, doc });
        return;
      }
      case 'alias': {
        const [, name = '', type = ''] = /^([\w.]+)\s*(.*)/.exec(rest) ?? [];
        aliases.set(name, type === '' ? '' : readType(type).type);
        alias = name;
        pending = noPending();
        return;
      }
    }
  };

  for (const line of text.split(/\r?\n/)) {
    const [, tag, rest = ''] = /^---@(\w+)\s*(.*)/.exec(line) ?? [];
    const [, choice] = /^---\|\s*("[^"]*")/.exec(line) ?? [];
    const [, doc] = /^---(?![@|-])\s*(.*)/.exec(line) ?? [];
    const [, table] = /^(\w+)\s*=\s*\{\}/.exec(line) ?? [];
    const [, called] = /^function\s+([\w.]+)\(/.exec(line) ?? [];
    if (tag !== undefined) readTag(tag, rest);
    else if (choice !== undefined && alias !== null)
      aliases.set(alias, [aliases.get(alias), choice].filter(Boolean).join(' | '));
    else if (doc !== undefined) pending.doc.push(doc);
    else if (table !== undefined && pending.class) globals.set(table, pending.class.name);
    else if (called !== undefined) {
      const { params, returns } = pending;
      functions.set(called, { name: called, doc: pending.doc.join(' '), params, returns });
    }
    if (!line.startsWith('---')) {
      pending = noPending();
      alias = null;
    }
  }
  return { classes, functions, aliases, globals };
}

/** All fields of a class, its parents' last. */
export function fieldsOf(name: string, annotations: Annotations): NamedType[] {
  const known = annotations.classes.get(name);
  if (!known) return [];
  const own = new Set(known.fields.map(field => field.name));
  const inherited = known.parents.flatMap(parent => fieldsOf(parent, annotations));
  return [...known.fields, ...inherited.filter(field => !own.has(field.name))];
}

/** The function a type is, or may be: `fun(a: string, b: table): string?`. */
export function functionIn(type: string): Pick<ContractFunction, 'params' | 'returns'> | null {
  const call = membersOf(type).find(member => member.startsWith('fun('));
  if (call === undefined) return null;
  const close = closingOf(call, 'fun'.length);
  const params = splitTop(call.slice('fun('.length, close), ',').map(each =>
    readNamed(each.replace(':', ' ')),
  );
  const returned = call.slice(close + 1).replace(/^\s*:\s*/, '');
  return { params, returns: splitTop(returned, ',').map(each => ({ type: each, doc: '' })) };
}

/** The strings a type lists, aliases looked up. */
export function literalsOf(type: string, annotations: Annotations): string[] {
  return membersOf(type).flatMap(member => {
    if (member.startsWith('"')) return [member.slice(1, -1)];
    const alias = annotations.aliases.get(bareName(member));
    return alias === undefined ? [] : literalsOf(alias, annotations);
  });
}

/** The class a type is, or is a list of. */
export function classIn(type: string, annotations: Annotations): { name: string; isList: boolean } | null {
  for (const member of membersOf(type)) {
    const name = bareName(member);
    if (annotations.classes.has(name)) return { name, isList: member.endsWith('[]') };
  }
  return null;
}

function bareName(type: string): string {
  return type.replace(/(?:\[\]|\?)+$/, '');
}

function listOf(text: string): string[] {
  return splitTop(text, ',');
}

/** `name? type words` */
function readNamed(text: string): NamedType {
  const [, name = '', optional = '', rest = ''] = /^\s*([\w.]+)(\?)?\s*(.*)/.exec(text) ?? [];
  const { type, rest: doc } = readType(rest);
  return { name, type, isOptional: optional === '?', doc };
}

/** The type a text begins with, and what follows it. */
function readType(text: string): { type: string; rest: string } {
  let at = 0;
  for (;;) {
    at = endOfOne(text, at);
    const [, bar] = /^(\s*\|\s*)/.exec(text.slice(at)) ?? [];
    if (bar === undefined) return { type: text.slice(0, at).trim(), rest: text.slice(at).trim() };
    at += bar.length;
  }
}

/** Where one member of a union that begins at a place ends. */
function endOfOne(text: string, from: number): number {
  const rest = text.slice(from);
  const [literal] = /^"[^"]*"/.exec(rest) ?? [];
  if (literal !== undefined) return from + literal.length;
  const [name = ''] = /^(?:[\w.]+)?/.exec(rest) ?? [];
  let at = from + name.length;
  if (text[at] === '{' || text[at] === '(' || text[at] === '<') at = closingOf(text, at) + 1;
  at += (/^(?:\[\]|\?)*/.exec(text.slice(at))?.[0] ?? '').length;
  return name === 'fun' ? endOfReturns(text, at) : at;
}

function endOfReturns(text: string, from: number): number {
  let at = from;
  let [mark] = /^:\s*/.exec(text.slice(at)) ?? [];
  while (mark !== undefined) {
    at = endOfOne(text, at + mark.length);
    [mark] = /^,\s*/.exec(text.slice(at)) ?? [];
  }
  return at;
}

/** Place of the bracket that closes the one at a place. */
function closingOf(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if ('{(<'.includes(text[at] ?? ' ')) depth += 1;
    else if ('})>'.includes(text[at] ?? ' ')) depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

function membersOf(type: string): string[] {
  return splitTop(type, '|');
}

/** Parts between separators that stand in no bracket; a function's type reaches to the end. */
function splitTop(text: string, separator: '|' | ','): string[] {
  const parts: string[] = [];
  let at = 0;
  let start = 0;
  while (at < text.length) {
    if (text.startsWith('fun(', at) && separator === '|') at = endOfOne(text, at);
    else if ('{(<'.includes(text[at] ?? ' ')) at = closingOf(text, at) + 1;
    else if (text[at] === separator) {
      parts.push(text.slice(start, at));
      at += 1;
      start = at;
    } else at += 1;
  }
  parts.push(text.slice(start));
  return parts.map(part => part.trim()).filter(part => part !== '');
}
