import { FileCode, HardDrive, KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { Model } from '../../../electron/contract/models.ts';
import { ErrorNote } from '../../ui/state-note.tsx';
import type { ModelList } from '../model-picker/model-groups.ts';
import { modelLabel } from '../model-picker/model-groups.ts';

type NewChatPanelProps = { list: ModelList | undefined; model: Model | undefined; error: Error | null };

/** What stands where the messages will be: a word on whom one writes to, and the way to a real model. */
export function NewChatPanel({ list, model, error }: NewChatPanelProps) {
  if (error) return <Panel title="The models could not be listed" lead={<ErrorNote error={error} />} />;
  if (!list) return null;
  if (!model) {
    return (
      <Panel title="No model to talk to yet" lead="Three ways to get one, each done in a minute:">
        <WaysToAModel />
      </Panel>
    );
  }
  if (!model.demo) {
    const { backend } = modelLabel(model.id);
    return (
      <Panel
        title="A new chat"
        lead={`Your message goes to ${model.name} on ${backend}. Choose another model below.`}
      />
    );
  }
  return (
    <Panel
      title="Say hello to ELIZA"
      lead="ELIZA answers here as a demo. It is a program of 1966 that turns your sentences into questions: there is no model behind it, it costs nothing and nothing leaves this machine. For real answers, do one of these:"
    >
      <WaysToAModel />
    </Panel>
  );
}

function Panel({ title, lead, children }: { title: string; lead: ReactNode; children?: ReactNode }) {
  return (
    <div className="mx-auto flex min-h-full max-w-measure flex-col justify-center px-5 py-10">
      <h1 className="font-serif text-title leading-tight font-semibold">{title}</h1>
      <div className="mt-2 max-w-prose text-soft">{lead}</div>
      {children}
    </div>
  );
}

function WaysToAModel() {
  return (
    <ul className="mt-6 flex max-w-prose flex-col gap-4">
      <Way icon={<KeyRound aria-hidden size={18} />} title="Use a key">
        Add a provider under <ProvidersLink /> and give it your API key. The key is kept in this system’s
        keychain.
      </Way>
      <Way icon={<HardDrive aria-hidden size={18} />} title="Use this machine">
        Start Ollama, then add it under Providers. It needs no key.
      </Way>
      <Way icon={<FileCode aria-hidden size={18} />} title="Drop a script">
        A provider’s <code className="font-mono text-small">.lua</code> file can be dropped anywhere on this
        window.
      </Way>
    </ul>
  );
}

function Way({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <li className="flex gap-3">
      <span className="mt-0.5 text-accent">{icon}</span>
      <span>
        <span className="font-medium">{title}.</span> <span className="text-soft">{children}</span>
      </span>
    </li>
  );
}

function ProvidersLink() {
  return (
    <Link href="/providers" className="text-accent underline underline-offset-2">
      Providers
    </Link>
  );
}
