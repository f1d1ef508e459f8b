import { spawn } from 'node:child_process';

/** What is started in this program's place. */
export type NextStart = { args: string[]; execPath?: string };

/** Ends this process whatever holds it. Electron starts the next one only after an end of its own, so that is done here. */
export function endByForce(next: NextStart | undefined): void {
  if (next !== undefined) {
    const { execPath = process.execPath, args } = next;
    spawn(execPath, args, { detached: true, stdio: 'ignore' }).unref();
  }
  process.kill(process.pid, 'SIGKILL');
}
