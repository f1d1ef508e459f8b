import { parentPort, workerData } from 'node:worker_threads';
import { JobRunner } from './job-runner.ts';
import type { Job, WorkerData, WorkerMessage } from './worker-protocol.ts';

if (parentPort !== null) {
  // Safe: only script-thread.ts starts this file, with these data.
  const runner = new JobRunner(parentPort, workerData as WorkerData);
  // Safe: script-thread.ts posts the JSON text of jobs, nothing else.
  parentPort.on('message', (text: string) => runner.run(JSON.parse(text) as Job[]));
  parentPort.postMessage({ type: 'ready' } satisfies WorkerMessage);
}
