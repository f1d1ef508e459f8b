import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { BenchRequest } from '../../../electron/contract/studio-calls.ts';
import { Button } from '../../ui/button.tsx';
import { TextAreaField } from '../../ui/field.tsx';
import { addImage, addTool, readRequest, writeRequest } from './request-json.ts';

type EditorProps = { text: string; onText: (text: string) => void };
type ChoiceProps = { text: string | null; ofForm: () => BenchRequest; onText: (text: string | null) => void };

/** The question as JSON instead of the form, where that is wanted. */
export function RequestEditor({ text, ofForm, onText }: ChoiceProps) {
  const { t } = useTranslation('studio');
  return (
    <>
      {text !== null && <JsonEditor text={text} onText={onText} />}
      <Button
        variant="quiet"
        className="self-start"
        onClick={() => onText(text === null ? writeRequest(ofForm()) : null)}
      >
        {t(text === null ? 'bench.as_json' : 'bench.as_form')}
      </Button>
    </>
  );
}

/** The whole question as JSON, in Parley's own words: for tools, images, and what else a form has no field for. */
function JsonEditor({ text, onText }: EditorProps) {
  const { t } = useTranslation('studio');
  const files = useRef<HTMLInputElement>(null);
  const request = readRequest(text);
  const isBroken = request instanceof Error;
  const takeImage = async (input: HTMLInputElement) => {
    const [file] = input.files ?? [];
    input.value = ''; // so that the same file can be picked again
    if (!file || isBroken) return;
    onText(writeRequest(addImage(request, { name: file.name, url: await readDataUrl(file) })));
  };
  return (
    <div className="flex flex-col gap-2">
      <TextAreaField
        dir="ltr"
        label={t('bench.request')}
        rows={14}
        spellCheck={false}
        className="font-mono text-small"
        value={text}
        onChange={event => onText(event.target.value)}
      />
      {isBroken && (
        <p role="alert" className="text-small text-danger wrap-anywhere">
          {t('bench.no_json', { message: request.message })}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button
          variant="quiet"
          disabled={isBroken}
          onClick={() => isBroken || onText(writeRequest(addTool(request)))}
        >
          {t('bench.add_tool')}
        </Button>
        <Button variant="quiet" disabled={isBroken} onClick={() => files.current?.click()}>
          {t('bench.add_image')}
        </Button>
        <input
          ref={files}
          type="file"
          accept="image/*"
          hidden
          aria-label={t('bench.image')}
          onChange={event => void takeImage(event.currentTarget)}
        />
      </div>
    </div>
  );
}

function readDataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    // Safe: readAsDataURL gives text.
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error('The file could not be read.'));
    reader.readAsDataURL(file);
  });
}
