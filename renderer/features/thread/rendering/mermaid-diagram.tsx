import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { CodeFrame } from '../../../ui/code/code-frame.tsx';
import { CodeBlock } from '../../../ui/code/code-block.tsx';
import { Button } from '../../../ui/button.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { drawMermaid, drawnMermaid } from './draw-mermaid.ts';
import type { Drawing } from './draw-mermaid.ts';
import { useKeptState } from '../../../ui/kept-state.ts';
import { useDark } from './use-dark.ts';

/** A Mermaid diagram as a drawing; its source is one click away, and all there is where it cannot be drawn. */
export function MermaidDiagram({ code }: { code: string }) {
  const { t } = useTranslation('rendering');
  const { drawing, isWrong } = useDrawing(code);
  const [isSource, setSource] = useKeptState(`diagram ${code.slice(0, 80)}`, false);
  if (isWrong) {
    return (
      <>
        <CodeBlock code={code} language="mermaid" />
        <p role="status" className="text-small text-warning">
          {t('diagram.wrong')}
        </p>
      </>
    );
  }
  return (
    <CodeFrame
      name={t('diagram.name')}
      tools={
        <>
          <Button variant="quiet" aria-pressed={isSource} onClick={() => setSource(!isSource)}>
            {isSource ? t('diagram.show') : t('diagram.source')}
          </Button>
          <CopyButton text={code} label={t('diagram.copy')} />
        </>
      }
    >
      {isSource ? (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long lines scroll, also by keyboard
        <pre tabIndex={0} className="m-0! overflow-x-auto px-4 pt-1 pb-3.5 font-mono leading-relaxed">
          {code}
        </pre>
      ) : (
        <div className="grid min-h-24 place-items-center px-4 pb-4">
          {drawing ? (
            <img
              src={drawing.source}
              width={drawing.width}
              height={drawing.height}
              alt={t('diagram.alt', { source: code.slice(0, 300) })}
              className="h-auto max-w-full"
            />
          ) : (
            <span className="text-faint">{t('diagram.drawing')}</span>
          )}
        </div>
      )}
    </CodeFrame>
  );
}

function useDrawing(code: string): { drawing: Drawing | undefined; isWrong: boolean } {
  const isDark = useDark();
  const [wrong, setWrong] = useState<string>();
  const [drawn, setDrawn] = useState<Drawing | undefined>(() => drawnMermaid(code, isDark));
  useEffect(() => {
    let isGone = false;
    drawMermaid(code, isDark).then(
      drawing => !isGone && setDrawn(drawing),
      () => !isGone && setWrong(code),
    );
    return () => {
      isGone = true;
    };
  }, [code, isDark]);
  return { drawing: drawn, isWrong: wrong === code };
}
