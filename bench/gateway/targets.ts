import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort, start, untilAnswered } from './tools.ts';
import type { Started } from './tools.ts';

/** Something that stands between a tool and the upstream. */
export type Target = {
  name: string;
  port: number;
  /** What stands before the upstream's model id. */
  model_prefix: string;
  headers: Record<string, string>;
  started?: Started;
};

export type Room = { dir: string; upstream_port: number };

const root = join(import.meta.dirname, '..', '..');
const cli = join(root, 'dist', 'electron', 'cli.cjs');
const node = process.execPath;

export function directTarget({ upstream_port: port }: Room): Target {
  return { name: 'direct', port, model_prefix: '', headers: {} };
}

export async function startRaw(room: Room): Promise<Target> {
  const port = await freePort();
  const script = join(import.meta.dirname, 'raw-proxy.ts');
  const started = start(1, node, [script, String(port), String(room.upstream_port)]);
  await untilAnswered(`http://127.0.0.1:${String(port)}/v1/models`, {});
  return { name: 'bare node:http proxy', port, model_prefix: '', headers: {}, started };
}

/** undefined where there is no nginx on this machine. */
export async function startNginx(room: Room): Promise<Target | undefined> {
  const program = ['/usr/sbin/nginx', '/usr/local/bin/nginx', '/opt/homebrew/bin/nginx'].find(existsSync);
  if (program === undefined) return undefined;
  const port = await freePort();
  const dir = join(room.dir, 'nginx');
  mkdirSync(dir, { recursive: true });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    each => `${each}_temp_path ${dir}/${each};`,
  );
  writeFileSync(
    join(dir, 'nginx.conf'),
    `worker_processes 1; daemon off; pid ${dir}/pid; error_log ${dir}/error.log;
    events { worker_connections 2048; }
    http {
      access_log off; client_max_body_size 64m; client_body_buffer_size 1m; keepalive_requests 10000000;
      ${temporary.join(' ')}
      upstream provider { server 127.0.0.1:${String(room.upstream_port)}; keepalive 256; keepalive_requests 10000000; }
      server {
        listen 127.0.0.1:${String(port)};
        location / {
          proxy_pass http://provider; proxy_http_version 1.1; proxy_set_header Connection "";
          proxy_set_header Authorization "Bearer key"; proxy_buffering off;
        }
      }
    }`,
  );
  const started = start(1, program, ['-p', dir, '-c', join(dir, 'nginx.conf')]);
  await untilAnswered(`http://127.0.0.1:${String(port)}/v1/models`, {});
  return { name: 'nginx', port, model_prefix: '', headers: {}, started };
}

/** Parley as a user runs it: built, with a key asked for, its ledger on a disk. */
export function prepareParley(room: Room): { dataDir: string; key: string } {
  if (!existsSync(cli)) throw new Error('Parley is not built: run `npm run build` first.');
  const dataDir = join(room.dir, 'parley');
  mkdirSync(dataDir, { recursive: true });
  const url = `http://127.0.0.1:${String(room.upstream_port)}`;
  writeFileSync(
    join(dataDir, 'parley.yaml'),
    `llm:
  backends:
    - { name: up, type: custom, url: "${url}/v1", api_key: key }
    - { name: claude, type: anthropic, url: "${url}", api_key: key }
`,
  );
  const made = execFileSync(node, [cli, 'keys', 'create', 'bench', '--json', '--data-dir', dataDir], {
    encoding: 'utf8',
  });
  const { key } = JSON.parse(made) as { key: string }; // the command line's own contract
  return { dataDir, key };
}

export async function startParley(
  room: Room,
  { dataDir, key }: ReturnType<typeof prepareParley>,
): Promise<Target> {
  const port = await freePort();
  const started = start(1, node, [cli, 'serve', '--port', String(port), '--data-dir', dataDir]);
  await untilAnswered(`http://127.0.0.1:${String(port)}/health`, {});
  return { name: 'Parley', port, model_prefix: 'up/', headers: { authorization: `Bearer ${key}` }, started };
}

const portkeyVersion = '1.15.2';

/** Installed on demand; undefined where that is not possible. */
export async function startPortkey(room: Room): Promise<Target | undefined> {
  const dir = join(room.dir, 'portkey');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{"private":true}');
  try {
    // With the server library it would get today, every streamed answer fails: this one is the version it was made for.
    const packages = [`@portkey-ai/gateway@${portkeyVersion}`, '@hono/node-server@1.3.3'];
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
      cwd: dir,
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  const port = await freePort();
  const program = join(dir, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js');
  const started = start(1, node, [program, '--headless', `--port=${String(port)}`]);
  await untilAnswered(`http://127.0.0.1:${String(port)}/`, {});
  return {
    name: `Portkey ${portkeyVersion}`,
    port,
    model_prefix: '',
    headers: {
      authorization: 'Bearer key',
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `http://127.0.0.1:${String(room.upstream_port)}/v1`,
    },
    started,
  };
}
