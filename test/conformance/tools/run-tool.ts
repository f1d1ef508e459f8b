import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Call } from '../../../electron/contract/calls.ts';
import { readCalls, waitFor } from '../../support/start-parley.ts';
import { expectAsked } from '../support/expect-asked.ts';
import { SIGNATURE } from '../support/scenarios.ts';
import { startBench } from '../support/start-bench.ts';
import type { Bench, Upstream } from '../support/start-bench.ts';
import { ANSWER, createAgent, NOTE, SECRET } from './agent-model.ts';
import type { CliTool } from './cli-tools.ts';

export type ToolRun = {
  seconds: number;
  /** Why it did not finish its turn; undefined where it did. */
  problem?: string;
  /** Whether the model got back what it had signed, without which some vendors refuse to go on; where tools can. */
  signed: boolean;
  /** Hosts it tried to reach beside Parley. */
  phoned: string[];
};

const LONGEST_MS = 120_000;

/** One turn with one call, of one tool, over one upstream. */
export async function runTool(tool: CliTool, program: string, upstream: Upstream): Promise<ToolRun> {
  const root = mkdtempSync(join(tmpdir(), 'parley-tool-'));
  const [home, folder] = [join(root, 'home'), join(root, 'work')];
  mkdirSync(home);
  mkdirSync(folder);
  writeFileSync(join(folder, NOTE), `${SECRET}\n`);
  const bench = await startBench([upstream], createAgent(folder, tool.readNote));
  const outside = await startRefusingProxy();
  try {
    const model = `${upstream.backend}/${upstream.model}`;
    const { runs, env } = tool.prepare({ url: bench.url, key: bench.key, model, home, folder });
    const started = Date.now();
    let output = '';
    for (const args of runs) {
      output = await run(program, args, {
        cwd: folder,
        env: { PATH: process.env['PATH'] ?? '', HOME: home, TERM: 'dumb', ...outside.env, ...env },
      });
    }
    const problem = await findProblem(tool, bench, output);
    return {
      seconds: (Date.now() - started) / 1000,
      ...(problem !== undefined && { problem }),
      // Chat completions have no place for it.
      signed: tool.dialect === 'openai_completions' || isSigned(upstream, bench),
      phoned: outside.hosts(),
    };
  } finally {
    await Promise.all([bench.stop(), outside.close()]);
    rmSync(root, { recursive: true, force: true });
  }
}

async function findProblem(tool: CliTool, bench: Bench, output: string): Promise<string | undefined> {
  if (!output.includes(ANSWER)) return `it never said "${ANSWER}": ${output.slice(-1000)}`;
  const rows = await waitFor((): Call[] | undefined => {
    const found = readCalls(bench.dataDir);
    return found.length >= 2 ? found : undefined;
  });
  const bad = rows.find(row => row.status !== 'ok' || row.dialect_in !== tool.dialect);
  return bad && `the ledger has ${JSON.stringify(bad)}`;
}

function isSigned({ dialect }: Upstream, bench: Bench): boolean {
  const last = bench.upstream.requests.findLast(({ body }) => body.includes(SECRET));
  try {
    expectAsked(dialect, JSON.parse(last?.body ?? '{}') as Record<string, unknown>, { signature: SIGNATURE });
    return true;
  } catch {
    return false;
  }
}

type Running = { cwd: string; env: Record<string, string> };

function run(program: string, args: string[], options: Running): Promise<string> {
  return new Promise((resolve, reject) => {
    // A group of its own: some leave servers behind.
    const child = spawn(program, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const timer = setTimeout(() => endGroup(child.pid), LONGEST_MS);
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      endGroup(child.pid);
      resolve(output);
    });
  });
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

type Outside = { env: Record<string, string>; hosts(): string[]; close(): Promise<void> };

/** Where a tool comes to that wants out: it is noted, and goes no further. */
async function startRefusingProxy(): Promise<Outside> {
  const hosts = new Set<string>();
  const server = createServer((request, response) => {
    hosts.add(request.url ?? '');
    response.writeHead(403).end();
  });
  server.on('connect', (request, socket) => {
    hosts.add(request.url ?? '');
    socket.on('error', () => undefined); // a tool that hangs up first
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
  const env = Object.fromEntries(names.flatMap(name => [name, name.toLowerCase()].map(key => [key, url])));
  return {
    env: { ...env, NO_PROXY: '127.0.0.1,localhost', no_proxy: '127.0.0.1,localhost' },
    hosts: () => [...hosts].sort(),
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
