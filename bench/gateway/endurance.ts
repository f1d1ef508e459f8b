import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { startParley, startRaw } from './targets.ts';
import type { prepareParley, Room, Target } from './targets.ts';
import { residentMb, runLoad } from './tools.ts';

type BodyFile = (target: Target, kind: 'small' | 'paced') => string;

/** 256 streams of 100 pieces a second each, all at once. */
export async function measureManyStreams(given: {
  tools: { load: string };
  targets: Target[];
  bodyFile: BodyFile;
  quick: boolean;
}): Promise<void> {
  for (const target of given.targets) {
    const report = await runLoad(given.tools.load, {
      port: target.port,
      path: '/v1/chat/completions',
      headers: target.headers,
      body_file: given.bodyFile(target, 'paced'),
      connections: 256,
      seconds: given.quick ? 4 : 10,
      spread_ms: 3_000,
      warm_up_s: 3.5,
      pieces: 300,
    });
    const pace = ((report.pieces_per_s / 25_600) * 100).toFixed(1);
    const [half, most] = [report.piece_p50, report.piece_p99].map(time => (time / 1e3).toFixed(1));
    console.log(
      `256 streams, ${target.name}: ${pace} % of the pace, a piece is ${half} ms on its way (p99 ${most} ms), ${String(report.failed)} failed`,
    );
  }
}

/** A tool that stops reading while the upstream would push 200 MB. */
export async function measureSlowReader(parley: Target): Promise<void> {
  const pid = parley.started?.pid ?? 0;
  const before = residentMb(pid);
  const body = JSON.stringify({
    model: 'up/bench-n3200-d0-s65000',
    messages: [{ role: 'user', content: 'x' }],
    stream: true,
  });
  const socket = connect(parley.port, '127.0.0.1');
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${String(parley.port)}\r\ncontent-type: application/json\r\nauthorization: ${parley.headers['authorization'] ?? ''}\r\ncontent-length: ${String(body.length)}\r\n\r\n${body}`,
  );
  socket.once('data', () => socket.pause());
  let most = 0;
  for (let waited = 0; waited < 5_000; waited += 50) {
    await sleep(50);
    most = Math.max(most, residentMb(pid));
  }
  socket.destroy();
  console.log(
    `a reader that stopped, 200 MB behind it: ${(most - before).toFixed(0)} MB more at most (${before.toFixed(0)} before)`,
  );
  await sleep(500);
}

export async function measureRepetition(given: {
  tools: { load: string };
  parley: Target;
  bodyFile: BodyFile;
  quick: boolean;
}): Promise<void> {
  const { tools, parley, quick } = given;
  const pid = parley.started?.pid ?? 0;
  const ask = (requests: number): Promise<unknown> =>
    runLoad(tools.load, {
      port: parley.port,
      path: '/v1/chat/completions',
      headers: parley.headers,
      body_file: given.bodyFile(parley, 'small'),
      connections: 16,
      requests,
    });
  const count = quick ? 20_000 : 100_000;
  await ask(count / 4);
  await sleep(1_500);
  const before = residentMb(pid);
  const figures: string[] = [];
  for (let part = 0; part < 4; part += 1) {
    await ask(count / 4);
    await sleep(1_500);
    figures.push(residentMb(pid).toFixed(0));
  }
  console.log(
    `memory over ${String(count)} requests, four looks: ${before.toFixed(0)} MB, then ${figures.join(', ')}`,
  );
}

/** The first answer after the start, and memory with nothing to do. */
export async function measureIdle(room: Room, parleyDir: ReturnType<typeof prepareParley>): Promise<void> {
  const starts = { raw: [] as number[], parley: [] as number[] };
  let idle = 0;
  for (let round = 0; round < 5; round += 1) {
    const begun = performance.now();
    const raw = await startRaw(room);
    starts.raw.push(performance.now() - begun);
    await raw.started?.stop();
    const again = performance.now();
    const parley = await startParley(room, parleyDir);
    starts.parley.push(performance.now() - again);
    if (round === 4) {
      await sleep(3_000);
      idle = residentMb(parley.started?.pid ?? 0);
    }
    await parley.started?.stop();
  }
  const [bare, own] = [Math.min(...starts.raw), Math.min(...starts.parley)];
  console.log(
    `first answer after ${own.toFixed(0)} ms, the bare proxy ${bare.toFixed(0)} ms (${(own / bare).toFixed(2)})`,
  );
  console.log(`idle: ${idle.toFixed(0)} MB`);
}
