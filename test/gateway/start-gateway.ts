import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { onTestFinished } from 'vitest';

import { configSchema } from '../../electron/contract/config.ts';
import type { GatewayConfig } from '../../electron/contract/config.ts';
import { dialects } from '../../electron/dialects/registry.ts';
import { createGateway } from '../../electron/gateway/create-gateway.ts';
import type { Gateway } from '../../electron/gateway/create-gateway.ts';
import type { GatewayDeps } from '../../electron/gateway/gateway-deps.ts';
import { createFakeEngine } from './fake-engine.ts';

export const KEY = 'pk-test-1';

export type Started = {
  gateway: Gateway;
  url: string;
  port: number;
  config: GatewayConfig;
  problems: unknown[];
  /** One request, answered whole. */
  ask: (path: string, options?: AskOptions) => Promise<Answer>;
  /** POST /v1/chat/completions with the key. */
  chat: (body: unknown, options?: AskOptions) => Promise<Answer>;
  /** The same, read as it comes. */
  open: (path: string, options?: AskOptions) => Promise<IncomingMessage>;
};

export type AskOptions = { method?: string; headers?: Record<string, string>; body?: string | Buffer };
export type Answer = { status: number; headers: IncomingHttpHeaders; text: string; json: unknown };

/** A gateway on a free port, closed when the test is over. */
export async function startGateway(
  deps: Partial<GatewayDeps> & { settings?: Partial<GatewayConfig> } = {},
): Promise<Started> {
  const config: GatewayConfig = { ...configSchema.parse({}).gateway, port: 0, ...deps.settings };
  const problems: unknown[] = [];
  const gateway = createGateway({
    engine: createFakeEngine(),
    dialects,
    verifyKey: key => (key === KEY ? { id: 'k1', name: 'my-tool' } : undefined),
    config: () => config,
    version: '1.2.3',
    onProblem: error => problems.push(error),
    ...deps,
  });
  onTestFinished(() => gateway.close({ graceMs: 0 }));
  const { url, port } = await gateway.listen();
  const open = (path: string, options: AskOptions = {}): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      startRequest(port, path, options).on('response', resolve).on('error', reject);
    });
  const ask: Started['ask'] = async (path, options) => readAnswer(await open(path, options));
  const chat: Started['chat'] = (body, options = {}) =>
    ask('/v1/chat/completions', {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...options,
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...options.headers },
    });
  return { gateway, url, port, config, problems, ask, chat, open };
}

export function startRequest(port: number, path: string, options: AskOptions = {}): ClientRequest {
  const { method = 'GET', headers = {}, body } = options;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    path,
    method,
    agent: false,
    headers: { ...length, ...headers },
  });
  request.end(body);
  return request;
}

export async function readAnswer(response: IncomingMessage): Promise<Answer> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, text, json: parse(text) };
}

export function withKey(headers: Record<string, string> = {}): Record<string, string> {
  return { authorization: `Bearer ${KEY}`, ...headers };
}

/** A bare connection, for what no HTTP client would send. */
export function openSocket(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  onTestFinished(() => {
    socket.destroy();
  });
  return socket;
}

/** Everything the other side sends until it closes. */
export function readToEnd(socket: Socket): Promise<string> {
  return new Promise(resolve => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(text));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
