import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  snippetCompletion,
} from '@codemirror/autocomplete';
import type { Completion, CompletionSource } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput, indentUnit, StreamLanguage } from '@codemirror/language';
import { lua } from '@codemirror/legacy-modes/mode/lua';
import { lintGutter } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from '@codemirror/view';

import annotationText from '../../../providers/provider.d.lua?raw';
import { editorTheme } from './editor-theme.ts';
import { parseAnnotations } from './parse-annotations.ts';
import { describeAt, suggest } from './suggest.ts';
import type { Suggestion } from './suggest.ts';

const annotations = parseAnnotations(annotationText);

/** All the editor can do that does not change while it is open. `phrases` are its own words in the page's language. */
export function editorExtensions(options: {
  label: string;
  hint: string;
  isReadOnly: boolean;
  phrases: Record<string, string>;
  onSave: () => void;
}): Extension {
  const { label, hint, isReadOnly, phrases, onSave } = options;
  const save = (): boolean => {
    onSave();
    return true;
  };
  return [
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightActiveLine(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of('  '),
    bracketMatching(),
    closeBrackets(),
    StreamLanguage.define(lua),
    autocompletion({ override: [completeScript] }),
    hoverTooltip(hoverAt),
    search({ top: true }),
    highlightSelectionMatches(),
    lintGutter(),
    editorTheme,
    EditorState.phrases.of(phrases),
    EditorState.readOnly.of(isReadOnly),
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-description': hint,
      dir: 'ltr',
      spellcheck: 'false',
      // Whatever is editable has the focus anyway; checkers look for this.
      tabindex: '0',
    }),
    keymap.of([
      { key: 'Mod-s', run: save, preventDefault: true },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
  ];
}

const completeScript: CompletionSource = ({ state, pos, explicit }) => {
  const found = suggest(state.doc.toString(), pos, annotations);
  if (!found || found.items.length === 0) return null;
  // A list that comes without having been asked for would be in the way at every new line.
  const isAfterPoint = pos > 0 && state.sliceDoc(pos - 1, pos) === '.';
  if (!explicit && !isAfterPoint && found.from === pos) return null;
  return { from: found.from, options: found.items.map(toCompletion), validFor: /^\w*$/ };
};

const icons = { field: 'property', function: 'function', value: 'constant', variable: 'variable' };

function toCompletion({ label, kind, detail, doc, template }: Suggestion): Completion {
  const completion: Completion = {
    label,
    type: icons[kind],
    ...(detail === '' ? {} : { detail }),
    ...(doc === '' ? {} : { info: doc }),
  };
  return template === undefined ? completion : snippetCompletion(template, completion);
}

function hoverAt(view: EditorView, place: number) {
  const found = describeAt(view.state.doc.toString(), place, annotations);
  if (!found) return null;
  return {
    pos: found.from,
    end: found.to,
    above: true,
    create: () => {
      const dom = document.createElement('div');
      dom.className = 'cm-studio-hover';
      const title = document.createElement('code');
      title.textContent = found.title;
      dom.append(title);
      if (found.doc !== '') {
        const doc = document.createElement('p');
        doc.textContent = found.doc;
        dom.append(doc);
      }
      return { dom };
    },
  };
}
