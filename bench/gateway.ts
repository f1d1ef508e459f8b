/**
 * What the gateway costs, beside other proxies in one run: `npm run build && npm run bench -- gateway [--quick]`.
 * The load client and the upstream are C programs (bench/tools), so that they cost next to nothing themselves. Rounds
 * of all targets are interleaved and medians taken. Read the ratios: single times say more about the machine.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  measureIdle,
  measureManyStreams,
  measureRepetition,
  measureSlowReader,
} from './gateway/endurance.ts';
import {
  directTarget,
  prepareParley,
  startNginx,
  startParley,
  startPortkey,
  startRaw,
} from './gateway/targets.ts';
import type { Room, Target } from './gateway/targets.ts';
import { buildTools, freePort, median, runLoad, start, untilAnswered } from './gateway/tools.ts';
import type { LoadReport } from './gateway/tools.ts';

const quick = process.argv.includes('--quick');
const rounds = quick ? 3 : 7;
const seconds = quick ? 0.7 : 1.5;
const dir = mkdtempSync(join(tmpdir(), 'parley-bench-'));
const tools = await buildTools(dir);
const room: Room = { dir, upstream_port: await freePort() };
const upstream = start(0, tools.upstream, [String(room.upstream_port)]);
await untilAnswered(`http://127.0.0.1:${String(room.upstream_port)}/v1/models`, {});
const parleyDir = prepareParley(room);

const targets: Target[] = [directTarget(room), await startRaw(room)];
const parley = await startParley(room, parleyDir);
targets.push(parley);
for (const made of [await startNginx(room), quick ? undefined : await startPortkey(room)])
  if (made) targets.push(made);

try {
  console.log(`${String(rounds)} rounds of ${String(seconds)} s, medians; the bare proxy is 1.`);
  await measureCalls();
  await measureManyStreams({ tools, targets: targets.slice(0, 3), bodyFile, quick });
  await measureSlowReader(parley);
  await measureRepetition({ tools, parley, bodyFile, quick });
  for (const target of targets) await target.started?.stop();
  await sleep(200);
  await measureIdle(room, parleyDir);
} finally {
  for (const target of targets) await target.started?.stop();
  await upstream.stop();
  rmSync(dir, { recursive: true, force: true });
}

type BodyKind = 'small' | 'stream' | 'large' | 'paced';
type Figures = { small: number; requests: number; pieces: number; large: number };

async function measureCalls(): Promise<void> {
  const all = new Map<string, Record<keyof Figures, number[]>>();
  const ways = [...targets.map(target => ({ ...target, path: '/v1/chat/completions' })), across()];
  // The first one warms everything up, and counts for nobody.
  for (let round = -1; round < rounds; round += 1) {
    for (const way of ways) {
      const series = all.get(way.name) ?? { small: [], requests: [], pieces: [], large: [] };
      if (round >= 0) all.set(way.name, series);
      const ask = (body: BodyKind, load: object): Promise<LoadReport> =>
        runLoad(tools.load, { ...way, body_file: bodyFile(way, body), seconds, ...load });
      series.small.push(checked(await ask('small', {}), way.name).latency_p50);
      series.requests.push(checked(await ask('small', { connections: 16 }), way.name).requests_per_s);
      series.pieces.push(
        checked(await ask('stream', { connections: 16, pieces: 200 }), way.name).pieces_per_s,
      );
      series.large.push(checked(await ask('large', { connections: 16 }), way.name).requests_per_s);
    }
  }
  const figures = new Map([...all].map(([name, series]) => [name, medians(series)]));
  const direct = figures.get('direct')?.small ?? NaN;
  const bare = figures.get('bare node:http proxy');
  if (!bare) throw new Error('The yardstick was not measured.');
  console.log(
    table([
      ['', 'added p50, 1 connection', 'requests/s, 16', 'streamed pieces/s, 16', '200 KB bodies/s, 16'],
      ...[...figures].map(([name, own]) => [
        name,
        name === 'direct' ? '' : both(own.small - direct, bare.small - direct, 'µs'),
        both(own.requests, bare.requests),
        both(own.pieces, bare.pieces),
        both(own.large, bare.large),
      ]),
    ]),
  );
}

/** A tool that speaks Anthropic's dialect, answered by an upstream that speaks OpenAI's. */
function across(): Target & { path: string } {
  return { ...parley, name: 'Parley, across dialects', path: '/v1/messages' };
}

function bodyFile(target: Target, kind: BodyKind): string {
  const file = join(dir, `${target.name.replaceAll(/\W/g, '-')}-${kind}.json`);
  const pace = kind === 'paced' ? 'bench-n300-d10' : 'bench-n200-d0';
  const content = kind === 'large' ? 'All work and no play. '.repeat(9_300) : 'Say something about foxes.';
  writeFileSync(
    file,
    JSON.stringify({
      model: `${target.model_prefix}${pace}`,
      max_tokens: 1_000,
      messages: [{ role: 'user', content }],
      ...(kind === 'stream' || kind === 'paced' ? { stream: true } : {}),
    }),
  );
  return file;
}

function checked(report: LoadReport, name: string): LoadReport {
  if (report.failed > 0)
    console.log(`! ${name}: ${String(report.failed)} failed, first: ${report.first_failure}`);
  return report;
}

function medians(series: Record<keyof Figures, number[]>): Figures {
  const { small, requests, pieces, large } = series;
  return { small: median(small), requests: median(requests), pieces: median(pieces), large: median(large) };
}

function both(own: number, yardstick: number, unit = ''): string {
  return `${own.toFixed(0)}${unit === '' ? '' : ` ${unit}`} (${(own / yardstick).toFixed(2)})`;
}

function table([head = [], ...rows]: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
