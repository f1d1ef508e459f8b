import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';

const renderer = join(import.meta.dirname, '../../renderer');
const files = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter(
  file => /\.(tsx?|css)$/.test(file) && !/^(dev|dist|node_modules)\b/.test(file),
);

/** An address or an id, as examples in fields are: one word with a point, a slash or a colon in it; or how one begins. */
const example = /^(?:[\w-]+(?:[.:/]+[\w-]+)+|https?:\/\/…?)$/;
/** Names are the same in every language, and so are the ledger's words for how a call ended. */
const names = new Set(['Parley', 'ELIZA', 'Ollama', 'LM Studio', 'JSON', 'Markdown', 'API', 'SHA-256', 'ok']);
/** These say something to a person; what other attributes hold is for the machine. */
const spoken = new Set([
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'title',
  'placeholder',
  'alt',
  'label',
  'hint',
  'lead',
  'name',
]);
/** `name` of a form control is not spoken; of our own components it is. */
const controls = new Set(['input', 'select', 'textarea', 'button', 'form', 'meta']);

type Node = { type: string; [field: string]: unknown };

/** Words that stand on the page as they are in the source, instead of in a catalogue. */
function findBareText(file: string, source: string): string[] {
  const found: string[] = [];
  walk(parseSync(file, source).program, node => found.push(...bareIn(node)));
  return found.filter(text => /\p{L}{2}/u.test(text) && !names.has(text) && !example.test(text));
}

function bareIn(node: Node): string[] {
  if (node.type === 'JSXText') return [String(node['value']).trim()];
  if (node.type === 'JSXExpressionContainer') return textsOf(node['expression']);
  if (node.type === 'JSXOpeningElement') {
    const element = nameOf(node['name']);
    return listOf(node['attributes']).flatMap(attribute => {
      const name = nameOf(attribute['name']);
      if (!spoken.has(name) || (name === 'name' && controls.has(element))) return [];
      const value = attribute['value'];
      return isNode(value) && value.type === 'JSXExpressionContainer'
        ? textsOf(value['expression'])
        : textsOf(value);
    });
  }
  // What a toast says.
  return isToast(node) ? textsOf(listOf(node['arguments'])[0]) : [];
}

function isToast(node: Node): boolean {
  return node.type === 'CallExpression' && /^toast\b/.test(nameOf(node['callee']));
}

/** Where an error's own sentence, which is English, is shown as it is: `errorWords` says it in the reader's language. */
function findBareErrors(file: string, source: string): string[] {
  const found: string[] = [];
  walk(parseSync(file, source).program, node => {
    const shown = node.type === 'JSXAttribute' ? node['value'] : node;
    if (isToast(node)) found.push(...messagesOf(listOf(node['arguments'])[0]));
    if (isNode(shown) && shown.type === 'JSXExpressionContainer')
      found.push(...messagesOf(shown['expression']));
  });
  return found;
}

/** The sentences of errors an expression may become. */
function messagesOf(value: unknown): string[] {
  if (!isNode(value)) return [];
  switch (value.type) {
    case 'ChainExpression':
      return messagesOf(value['expression']);
    case 'MemberExpression': {
      const owner = value['object'];
      const name =
        isNode(owner) && owner.type === 'MemberExpression' ? nameOf(owner['property']) : nameOf(owner);
      return nameOf(value['property']) === 'message' && /error|failure|reason/i.test(name)
        ? [`${name}.message`]
        : [];
    }
    case 'ConditionalExpression':
      return [...messagesOf(value['consequent']), ...messagesOf(value['alternate'])];
    case 'LogicalExpression':
      return [...messagesOf(value['left']), ...messagesOf(value['right'])];
    default:
      return [];
  }
}

/** The literals an expression may become; not those inside of calls, which are keys or class names. */
function textsOf(value: unknown): string[] {
  if (!isNode(value)) return [];
  switch (value.type) {
    case 'Literal':
      return typeof value['value'] === 'string' ? [value['value']] : [];
    case 'TemplateLiteral':
      return listOf(value['quasis']).map(quasi => quasiText(quasi).trim());
    case 'ConditionalExpression':
      return [...textsOf(value['consequent']), ...textsOf(value['alternate'])];
    case 'LogicalExpression':
      return [...textsOf(value['left']), ...textsOf(value['right'])];
    default:
      return [];
  }
}

function quasiText(quasi: Node): string {
  const { value } = quasi;
  return typeof value === 'object' && value !== null && 'raw' in value ? String(value.raw) : '';
}

function nameOf(value: unknown): string {
  if (!isNode(value)) return '';
  if (value.type === 'MemberExpression') return nameOf(value['object']);
  return typeof value['name'] === 'string' ? value['name'] : '';
}

function listOf(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function walk(value: unknown, visit: (node: Node) => void, inAttribute = false): void {
  if (Array.isArray(value)) for (const each of value) walk(each, visit, inAttribute);
  if (!isNode(value)) return;
  // An attribute's own words are looked at with its element, which knows which of them are spoken.
  if (!(inAttribute && value.type === 'JSXExpressionContainer')) visit(value);
  for (const child of Object.values(value)) walk(child, visit, value.type === 'JSXAttribute');
}

const withText = files.filter(file => /\.tsx?$/.test(file));

describe('text on the page', () => {
  it('is found where it is bare', () => {
    const source = `const A = () => <p title="Hello" className="a b">Some words {isOn ? 'On it' : t('off')}
      <Fact name={isOn ? \`Now \${1}\` : t('b')} /><input name="theme" /><b>{unknown}</b> · 12 ms Parley</p>;
      toast.error('Too bad'); toast.success(t('fine'));`;
    expect(findBareText('a.tsx', source.replace(' · 12 ms Parley', ' ·')).toSorted()).toEqual(
      ['Hello', 'Now', 'On it', 'Some words', 'Too bad'].toSorted(),
    );
  });

  it('is found where an error says it', () => {
    const source = `const A = () => <p title={test.error?.message}>{error && error.message}{message.text}
      {isOn ? message.error.message : errorLine(error)}</p>; toast.error(error.message); toast(t('error'));`;
    expect(findBareErrors('a.tsx', source)).toEqual(Array.from({ length: 4 }, () => 'error.message'));
  });

  it.each(withText)('%s has none of its own', file => {
    const source = readFileSync(join(renderer, file), 'utf8');
    expect([...findBareText(file, source), ...findBareErrors(file, source)]).toEqual([]);
  });
});

/** Classes and declarations that mean one side of the screen, which is the wrong one where lines begin at the right. */
const physicalClass =
  /(?<![\w-])-?(?:m[lr]|p[lr]|left|right|scroll-[mp][lr]|border-[lr]|rounded-(?:[lr]|[tb][lr]))-(?:\d|\[|px|auto|full|\(|base|line|xl|lg|md|sm)|(?<![\w-])(?:text|float|clear)-(?:left|right)(?![\w-])|(?<![\w-])space-x-/g;
const physicalCss =
  /(?<![\w-])(?:(?:margin|padding|border)-(?:left|right)|left|right|border-(?:top|bottom)-(?:left|right)-radius)(?:-\w+)?\s*:|text-align:\s*(?:left|right)|float:\s*(?:left|right)/g;
/** Half of the width from either side is the same place. */
const allowed = new Map([
  ['ui/dialog.tsx', ['left-1/2']],
  ['features/thread/thread.tsx', ['left-1/2']],
]);

describe('sides', () => {
  it.each([
    ['a.tsx', 'className="ms-2 pe-1 text-start start-0 border-e"', []],
    ['a.tsx', 'className="ml-2 sm:-mr-[3px] text-right left-0"', ['ml-2', '-mr-[', 'text-right', 'left-0']],
    [
      'a.css',
      'padding-left: 1px; margin-inline: 2px; text-align: right',
      ['padding-left:', 'text-align: right'],
    ],
  ])('are found in %s: %j', (file, source, expected) => expect(findSides(file, source)).toEqual(expected));

  it.each(files.filter(file => /\.(tsx|css)$/.test(file)))('%s knows start and end only', file => {
    const sides = findSides(file, readFileSync(join(renderer, file), 'utf8'));
    expect(sides.filter(side => !allowed.get(file)?.some(one => one.startsWith(side)))).toEqual([]);
  });
});

function findSides(file: string, source: string): string[] {
  const physical = file.endsWith('.css') ? physicalCss : physicalClass;
  return [...source.matchAll(physical)].map(match => match[0]);
}
