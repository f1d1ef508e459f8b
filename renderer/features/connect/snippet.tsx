import { CodeFrame } from '../../ui/code/code-frame.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';

type SnippetProps = {
  name: string;
  shown: string;
  /** What is copied, where a key that is not shown stands in it. */
  copied: string;
  copyLabel: string;
};

/** A piece of configuration; what it shows and what it copies differ by the key alone. */
export function Snippet({ name, shown, copied, copyLabel }: SnippetProps) {
  return (
    <CodeFrame name={name} tools={<CopyButton text={copied} label={copyLabel} />}>
      <pre
        // Long lines scroll, which has to be possible with the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className="m-0! overflow-x-auto px-4 pt-1 pb-3.5 font-mono leading-relaxed whitespace-pre"
      >
        <code>{shown}</code>
      </pre>
    </CodeFrame>
  );
}
