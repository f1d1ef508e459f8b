import { readLuaContext } from './lua-context.ts';
import type { LuaContext } from './lua-context.ts';
import { classIn, fieldsOf, functionIn, literalsOf } from './parse-annotations.ts';
import type { Annotations, ContractFunction, NamedType } from './parse-annotations.ts';

export type Suggestion = {
  label: string;
  kind: 'field' | 'function' | 'value' | 'variable';
  /** Its type. */
  detail: string;
  doc: string;
  /** What is written, with ${places} to fill in; the label where it is left out. */
  template?: string;
};

/** What may stand at a place, and from where on it would replace what is there; null where nothing is known. */
export type Suggested = { from: number; items: Suggestion[] };

/** The table a script returns may be of either style. */
const providerClasses = ['parley.OmniProvider', 'parley.AthyrProvider'];

export function suggest(text: string, place: number, annotations: Annotations): Suggested | null {
  const context = readLuaContext(text, place);
  if (context.isComment) return null;
  if (context.string) return suggestValues(context.string, context, annotations);
  const before = text.slice(0, place);
  const [, base, part] = /(?<![\w.])(\w+)\.(\w*)$/.exec(before) ?? [];
  if (base !== undefined && part !== undefined)
    return { from: place - part.length, items: membersOf(base, context, annotations) };
  const [word = ''] = /\w*$/.exec(before) ?? [];
  if (/^\d/.test(word) || /[.:]\s*\w*$/.test(before)) return null;
  const from = place - word.length;
  const table = context.isKeyPlace ? tableFields(context, annotations) : [];
  const taken = takenKeys(context);
  const items = table.filter(({ name }) => !taken.has(name) || name === word).map(toField);
  return { from, items: context.isKeyPlace ? items : globalsOf(context, annotations) };
}

/** What is known of the word at a place. */
export function describeAt(
  text: string,
  place: number,
  annotations: Annotations,
): { from: number; to: number; title: string; doc: string } | null {
  const from = place - (/[\w.]*$/.exec(text.slice(0, place))?.[0].length ?? 0);
  const to = place + (/^\w*/.exec(text.slice(place))?.[0].length ?? 0);
  const name = text.slice(from, to);
  if (!/^[A-Za-z_]/.test(name)) return null;
  const context = readLuaContext(text, from);
  if (context.isComment || context.string) return null;
  const found = (title: string, doc: string) => ({ from, to, title, doc });
  const called = annotations.functions.get(name);
  if (called) return found(`${name}${signatureOf(called)}`, called.doc);
  const [base = '', member, ...rest] = name.split('.');
  if (rest.length > 0) return null;
  if (member !== undefined) {
    const known = membersOf(base, context, annotations).find(({ label }) => label === member);
    return known ? found(`${name}: ${known.detail}`, known.doc) : null;
  }
  const field = tableFields(context, annotations).find(each => each.name === name);
  if (field && /^\s*=/.test(text.slice(to))) return found(`${name}: ${field.type}`, field.doc);
  const global = annotations.globals.get(name);
  const doc = global === undefined ? '' : (annotations.classes.get(global)?.doc ?? '');
  return global === undefined ? null : found(name, doc);
}

function suggestValues(
  { start, key }: NonNullable<LuaContext['string']>,
  context: LuaContext,
  annotations: Annotations,
): Suggested | null {
  const field = tableFields(context, annotations).find(each => each.name === key);
  if (!field) return null;
  const items = literalsOf(field.type, annotations).map((label): Suggestion => ({
    label,
    kind: 'value',
    detail: '',
    doc: '',
  }));
  return items.length === 0 ? null : { from: start, items };
}

/** Fields and functions behind `base.`: of a global, or of a hook's parameter. */
function membersOf(base: string, context: LuaContext, annotations: Annotations): Suggestion[] {
  const global = annotations.globals.get(base);
  const name = global ?? classOfParam(base, context, annotations);
  if (name === null) return [];
  const fields = fieldsOf(name, annotations).map((field): Suggestion => ({
    label: field.name,
    kind: 'field',
    detail: field.type,
    doc: field.doc,
  }));
  const functions = [...annotations.functions.values()].filter(each => each.name.startsWith(`${base}.`));
  return [...(global === undefined ? [] : functions.map(toCall)), ...fields];
}

/** Which class a parameter of the hook around has, by its place in the hook's own annotation. */
function classOfParam(name: string, { frames }: LuaContext, annotations: Annotations): string | null {
  for (const frame of frames.toReversed()) {
    if (frame.type !== 'function') continue;
    const at = frame.params.indexOf(name);
    if (at === -1) continue;
    const hook = providerFields(annotations).find(field => field.name === frame.name);
    const param = hook && functionIn(hook.type)?.params[at];
    const known = param && classIn(param.type, annotations);
    return known && !known.isList ? known.name : null;
  }
  return null;
}

/** What the innermost table may hold: the provider's own, or one of those inside of it. */
function tableFields({ frames }: LuaContext, annotations: Annotations): NamedType[] {
  const tables = frames.filter(frame => frame.type === 'table');
  const [root, ...inner] = tables;
  const isInFunction = frames.some(frame => frame.type === 'function');
  if (!root || isInFunction) return [];
  let fields = providerFields(annotations);
  /** Whether the table around is a list of what `fields` describe. */
  let isList = false;
  for (const { key } of inner) {
    if (isList && key === null) {
      isList = false;
      continue;
    }
    const field = fields.find(each => each.name === key);
    const known = field && classIn(field.type, annotations);
    if (!known) return [];
    fields = fieldsOf(known.name, annotations);
    isList = known.isList;
  }
  return isList ? [] : fields;
}

function providerFields(annotations: Annotations): NamedType[] {
  const all = providerClasses.flatMap(name => fieldsOf(name, annotations));
  return [...new Map(all.map(field => [field.name, field])).values()];
}

function takenKeys({ frames }: LuaContext): ReadonlySet<string> {
  const inner = frames.at(-1);
  return inner?.type === 'table' ? inner.keys : new Set();
}

function globalsOf({ frames }: LuaContext, annotations: Annotations): Suggestion[] {
  const tables = [...annotations.globals].map(([label, name]): Suggestion => ({
    label,
    kind: 'variable',
    detail: name,
    doc: annotations.classes.get(name)?.doc ?? '',
  }));
  const functions = [...annotations.functions.values()].filter(({ name }) => !name.includes('.')).map(toCall);
  const params = frames.flatMap(frame => (frame.type === 'function' ? frame.params : []));
  const own = [...new Set(params)].map((label): Suggestion => ({
    label,
    kind: 'variable',
    detail: '',
    doc: '',
  }));
  return [...own, ...tables, ...functions];
}

function toCall(called: ContractFunction): Suggestion {
  const label = called.name.slice(called.name.lastIndexOf('.') + 1);
  const needed = called.params.filter(({ isOptional, name }) => !isOptional && /^\w+$/.test(name));
  const places = needed.map(({ name }) => `\${${name}}`).join(', ');
  return {
    label,
    kind: 'function',
    detail: signatureOf(called),
    doc: called.doc,
    template: `${label}(${places === '' ? '${}' : places})`,
  };
}

function toField(field: NamedType): Suggestion {
  const hook = functionIn(field.type);
  const isOnlyHook = hook !== null && field.type.startsWith('fun(');
  return {
    label: field.name,
    kind: isOnlyHook ? 'function' : 'field',
    detail: field.type,
    doc: field.doc,
    template: isOnlyHook ? hookTemplate(field.name, hook) : `${field.name} = ${valueTemplate(field.type)},`,
  };
}

/** A whole hook, which returns what it was given where it has to return one of those. */
function hookTemplate(
  name: string,
  { params, returns }: Pick<ContractFunction, 'params' | 'returns'>,
): string {
  const [first] = params;
  const isSame = first !== undefined && first.type === returns[0]?.type.replace(/\?$/, '');
  const head = `${name} = function(${params.map(param => param.name).join(', ')})`;
  return `${head}\n\t\${}\n\treturn \${${isSame ? first.name : 'nil'}}\nend,`;
}

function valueTemplate(type: string): string {
  if (type.endsWith('[]') || type.startsWith('table')) return '{ ${} }';
  if (/^(?:boolean|number|integer)/.test(type)) return '${}';
  return '"${}"';
}

function signatureOf({ params, returns }: ContractFunction): string {
  const given = params.map(
    ({ name, type, isOptional }) => `${name}${isOptional ? '?' : ''}${type === '' ? '' : `: ${type}`}`,
  );
  const back = returns.map(({ type }) => type).join(', ');
  return `(${given.join(', ')})${back === '' ? '' : ` → ${back}`}`;
}
