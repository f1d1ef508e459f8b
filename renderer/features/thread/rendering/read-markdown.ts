import type { ReactElement } from 'react';
import ReactMarkdown from 'react-markdown';
import type { Options } from 'react-markdown';

/** Elements of blocks by their text, the one used last at the end. */
const known = new Map<string, ReactElement>();
const knownLimit = 300;
/** Characters. A longer one would hold more memory than reading it again takes time. */
const longestKept = 4000;

/**
 * The elements of a block that has ended. Rendering can be called off and begun anew, and readers scroll back and forth:
 * neither is to read the same text twice. `reader` names what else the options are made of.
 */
export function readMarkdown(source: string, reader: string, options: Options): ReactElement {
  const key = `${reader} ${source}`;
  const found = known.get(key);
  if (found) known.delete(key);
  const element = found ?? readGrowingMarkdown(source, options);
  if (source.length <= longestKept) known.set(key, element);
  const [oldest] = known.keys();
  if (known.size > knownLimit && oldest !== undefined) known.delete(oldest);
  return element;
}

/** The same for a block that will be another one in a moment. Called, not rendered: a block keeps its elements when it ends. */
export function readGrowingMarkdown(source: string, options: Options): ReactElement {
  return ReactMarkdown({ ...options, children: source });
}
