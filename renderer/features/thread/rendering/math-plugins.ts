import 'katex/dist/katex.min.css';
import rehypeKatex from 'rehype-katex';
import remarkMath from 'remark-math';

/** Loaded with the first formula. `trust: false` keeps links, images and styles out of formulas. */
export const remarkMathPlugin = remarkMath;
export const rehypeMathPlugin = [
  rehypeKatex,
  { trust: false, strict: 'ignore', errorColor: 'var(--danger)', maxExpand: 500, maxSize: 30 },
] as const;
