import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const marked = { backgroundColor: 'var(--accent-soft)', outline: '1px solid var(--accent)' };
const field = {
  backgroundColor: 'var(--paper)',
  backgroundImage: 'none',
  border: '1px solid var(--line-strong)',
  borderRadius: 'var(--radius)',
  color: 'var(--ink)',
  fontFamily: 'var(--font-sans)',
  fontSize: 'var(--size-small)',
};

/** The page's own colours, which are those of the theme that is on; nothing here knows light from dark. */
const look = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--paper)', color: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  // An outline of the editor itself would be hidden by its gutter.
  '&.cm-focused::after': {
    border: '2px solid var(--focus)',
    content: '""',
    inset: '0',
    pointerEvents: 'none',
    position: 'absolute',
    zIndex: '201',
  },
  // The whole editor shows it.
  '& .cm-content:focus-visible': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', fontSize: 'var(--size-small)', lineHeight: '1.6' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '0.75rem 0' },
  '.cm-cursor': { borderInlineStartColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--paper)', color: 'var(--ink-faint)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--paper-hover) 45%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--paper-active)',
  },
  '&.cm-focused .cm-matchingBracket': marked,
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--danger-soft)' },
  '.cm-searchMatch': { backgroundColor: 'var(--warning-soft)', outline: '1px solid var(--warning)' },
  '.cm-searchMatch-selected, .cm-selectionMatch': { backgroundColor: 'var(--accent-soft)' },
  '.cm-panels': { backgroundColor: 'var(--paper-sunken)', color: 'var(--ink)' },
  '.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel label': { fontSize: 'var(--size-small)' },
  '.cm-textfield': field,
  '.cm-button': { ...field, backgroundColor: 'transparent' },
  '.cm-panel.cm-search [name=close]': { color: 'var(--ink)', cursor: 'pointer' },
  '.cm-tooltip': {
    backgroundColor: 'var(--paper-raised)',
    color: 'var(--ink)',
    border: '1px solid var(--line)',
    borderRadius: 'var(--radius)',
    boxShadow: 'var(--shadow)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--font-mono)',
    fontSize: 'var(--size-small)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cm-tooltip-autocomplete li[aria-selected] .cm-completionDetail': { color: 'var(--on-accent)' },
  '.cm-completionDetail': {
    color: 'var(--ink-faint)',
    display: 'inline-block',
    maxInlineSize: '13rem',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    verticalAlign: 'bottom',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-tooltip.cm-completionInfo': {
    fontFamily: 'var(--font-sans)',
    fontSize: 'var(--size-small)',
    maxWidth: '17rem',
  },
  '.cm-studio-hover': { padding: '0.5rem 0.75rem', maxInlineSize: '32rem', fontSize: 'var(--size-small)' },
  '.cm-studio-hover code': { fontFamily: 'var(--font-mono)', overflowWrap: 'anywhere' },
  '.cm-studio-hover p': { color: 'var(--ink-soft)', marginBlockStart: '0.25rem' },
  '.cm-diagnostic': { fontFamily: 'var(--font-sans)', fontSize: 'var(--size-small)' },
  '.cm-diagnostic-error': { borderInlineStart: '3px solid var(--danger)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--danger)',
    textUnderlineOffset: '3px',
  },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--shiki-token-keyword)' },
  { tag: tags.string, color: 'var(--shiki-token-string)' },
  { tag: tags.comment, color: 'var(--shiki-token-comment)', fontStyle: 'italic' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--shiki-token-constant)' },
  { tag: tags.standard(tags.variableName), color: 'var(--shiki-token-function)' },
  { tag: [tags.punctuation, tags.bracket], color: 'var(--shiki-token-punctuation)' },
]);

export const editorTheme: Extension = [look, syntaxHighlighting(colours)];
