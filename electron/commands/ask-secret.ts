import { createInterface } from 'node:readline';
import { text as readStream } from 'node:stream/consumers';
import { Writable } from 'node:stream';

/** A secret from the person, typed without showing it; or, where no person is, all of standard input. */
export async function askSecret(question: string): Promise<string> {
  return (process.stdin.isTTY ? await askHidden(question) : await readStream(process.stdin)).trim();
}

/** A prompt that shows nothing of what is typed. */
function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  return new Promise(resolve => {
    lines.once('close', () => resolve(''));
    lines.question('', answer => {
      resolve(answer);
      lines.close();
      process.stderr.write('\n');
    });
  });
}
