import { appendFileSync } from 'node:fs';
import { Socket } from 'node:net';

// Loaded before a program (`node --import`) that has no business outside this machine. Whatever library it talks
// through, a connection is made here.

const report = process.env['REFUSED_CONNECTIONS'] ?? '';
const isHere = (host: string): boolean => ['127.0.0.1', '::1', 'localhost'].includes(host);

const connect = Reflect.get(Socket.prototype, 'connect') as (...args: unknown[]) => unknown;

function connectHere(this: Socket, ...args: unknown[]): unknown {
  const [first] = (Array.isArray(args[0]) ? args[0] : args) as { host?: string; path?: string | null }[];
  const { host, path } = typeof first === 'object' ? first : {};
  if (typeof path === 'string' || host === undefined || isHere(host))
    return Reflect.apply(connect, this, args);
  appendFileSync(report, `${host}\n`);
  queueMicrotask(() => this.destroy(new Error(`no network: ${host}`)));
  return this;
}

Reflect.set(Socket.prototype, 'connect', connectHere);
