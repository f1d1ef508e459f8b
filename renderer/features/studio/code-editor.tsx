import { setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { ScriptProblem } from '../../../electron/contract/studio-calls.ts';
import { editorExtensions } from './editor-extensions.ts';

type CodeEditorProps = {
  type: string;
  text: string;
  isReadOnly: boolean;
  problem: ScriptProblem | null;
  onText: (text: string) => void;
  onSave: () => void;
};

/** A script in CodeMirror. `text` may change from outside; then it replaces what is there. */
export function CodeEditor(props: CodeEditorProps) {
  const { type, text, isReadOnly, problem } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const phrases = usePhrases();
  const { t } = useTranslation('studio');
  const label = t('editor.label', { type });
  const hint = t('editor.hint');
  // What the editor tells goes to whoever shows it now.
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const parent = place.current;
    if (!parent) return;
    const onChange = EditorView.updateListener.of(update => {
      if (update.docChanged) latest.current.onText(update.state.doc.toString());
    });
    const extensions = editorExtensions({
      label,
      hint,
      isReadOnly,
      phrases,
      onSave: () => latest.current.onSave(),
    });
    const state = EditorState.create({ doc: latest.current.text, extensions: [extensions, onChange] });
    const editor = new EditorView({ state, parent });
    view.current = editor;
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, [label, hint, isReadOnly, phrases]);

  useEffect(() => {
    const { current: editor } = view;
    if (!editor || sameText(editor.state, text)) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const { current: editor } = view;
    if (editor) editor.dispatch(setDiagnostics(editor.state, toDiagnostics(problem, editor.state)));
  }, [problem]);

  return <div ref={place} className="h-full min-h-0 overflow-hidden" />;
}

/** CodeMirror makes every kind of line end one. */
function sameText(state: EditorState, text: string): boolean {
  return state.doc.eq(state.toText(text));
}

function toDiagnostics(problem: ScriptProblem | null, { doc }: EditorState) {
  if (!problem) return [];
  const { from, to, text } = doc.line(Math.min(Math.max(problem.line ?? 1, 1), doc.lines));
  const start = from + (/^\s*/.exec(text)?.[0].length ?? 0);
  return [{ from: Math.min(start, to), to, severity: 'error' as const, message: problem.message }];
}

/** CodeMirror's own words. */
function usePhrases(): Record<string, string> {
  const { t } = useTranslation('studio');
  return useMemo(
    () => ({
      Find: t('phrases.find'),
      Replace: t('phrases.replace'),
      next: t('phrases.next'),
      previous: t('phrases.previous'),
      all: t('phrases.all'),
      'match case': t('phrases.match_case'),
      regexp: t('phrases.regexp'),
      'by word': t('phrases.by_word'),
      replace: t('phrases.replace_one'),
      'replace all': t('phrases.replace_all'),
      close: t('phrases.close'),
      'Go to line': t('phrases.go_to_line'),
      go: t('phrases.go'),
      Completions: t('phrases.completions'),
    }),
    [t],
  );
}
