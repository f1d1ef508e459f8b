import { toast } from 'sonner';

import type { ApiOutput } from '../../../electron/contract/api.ts';
import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/code/code-block.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { useScriptQueue } from './script-queue.ts';
import type { ScriptFile } from './script-queue.ts';
import { useImportScript, useInspection } from './use-providers.ts';

type Review = ApiOutput<'providers.inspect'>;

/** Reviews dropped scripts one after the other; nothing is written before a yes. */
export function ScriptReviews() {
  const first = useScriptQueue(({ files }) => files[0]);
  const finishFirst = useScriptQueue(({ finishFirst }) => finishFirst);
  if (!first) return null;
  return <ScriptReview key={first.file_name + first.source} script={first} onDone={finishFirst} />;
}

function ScriptReview({ script, onDone }: { script: ScriptFile; onDone: () => void }) {
  const inspection = useInspection(script);
  const importing = useImportScript();
  const review = inspection.data;

  if (inspection.error) {
    return (
      <Dialog
        open
        alert
        onClose={onDone}
        title={`${script.file_name} was refused`}
        actions={<Button onClick={onDone}>Close</Button>}
      >
        <p className="wrap-anywhere whitespace-pre-wrap">{inspection.error.message}</p>
        <p className="text-small text-soft">Nothing was imported. Correct the file and drop it again.</p>
      </Dialog>
    );
  }

  const confirm = (found: Review) =>
    importing.mutate(
      { ...script, sha256: found.sha256, replace: found.replaces === 'user' },
      {
        onSuccess: provider => {
          toast.success(`${provider.name} was imported. Its backends stand under Providers.`);
          onDone();
        },
      },
    );
  return (
    <Dialog
      open
      onClose={onDone}
      title={`Import ${script.file_name}?`}
      wide
      actions={
        <>
          <Button onClick={onDone}>Cancel</Button>
          <Button
            variant="primary"
            disabled={!review || importing.isPending}
            onClick={() => review && confirm(review)}
          >
            {review?.replaces === 'user' ? 'Import and replace' : 'Import'}
          </Button>
        </>
      }
    >
      {review ? (
        <ReviewFacts review={review} source={script.source} />
      ) : (
        <LoadingNote label="Reading the script…" />
      )}
      <ErrorNote error={importing.error} />
    </Dialog>
  );
}

function ReviewFacts({ review, source }: { review: Review; source: string }) {
  return (
    <>
      <p className="text-soft">
        A script decides where your messages and keys are sent. Import it only if you trust where it comes
        from.
      </p>
      <Facts>
        <Fact name="Name">{review.name}</Fact>
        <Fact name="Type">
          <code className="font-mono">{review.type}</code>
        </Fact>
        <Fact name="Base URL">
          <code className="font-mono wrap-anywhere">{review.base_url || 'the address of its backend'}</code>
        </Fact>
        <Fact name="Talks to">{review.hosts.join(', ') || 'the host of its backend only'}</Fact>
        <Fact name="Speaks">{review.dialect ?? 'what each of its models says'}</Fact>
        <Fact name="Asks for">{askedFor(review)}</Fact>
        <Fact name="Hooks">{review.hooks.join(', ') || 'none'}</Fact>
        {review.models.length > 0 && <Fact name="Models">{review.models.join(', ')}</Fact>}
      </Facts>
      {review.warnings.length > 0 && (
        <ul className="flex list-disc flex-col gap-1 ps-5 text-warning">
          {review.warnings.map(warning => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      {review.replaces === 'user' && (
        <p className="text-warning">You already have a script of this type. Importing replaces it.</p>
      )}
      {review.replaces === 'built-in' && (
        <p className="text-warning">
          This takes the place of the built-in provider <b>{review.type}</b> for as long as it is there.
        </p>
      )}
      <SourceDetails title="Source" source={source} />
      {review.approved_source !== null && review.approved_source !== source && (
        <SourceDetails title="Version you approved before" source={review.approved_source} />
      )}
    </>
  );
}

/** Whose secrets the script wants, in its own words for them. */
function askedFor({ env, keychain }: Review): string {
  const wishes = [...env.map(name => `env ${name}`), ...keychain.map(name => `keychain account ${name}`)];
  return wishes.join(', ') || 'no key by itself';
}

function SourceDetails({ title, source }: { title: string; source: string }) {
  return (
    <details>
      <summary className="mb-2 w-fit rounded-base text-small text-soft hover:text-ink">{title}</summary>
      <div className="max-h-72 overflow-y-auto">
        <CodeBlock code={source.trimEnd()} language="lua" />
      </div>
    </details>
  );
}
