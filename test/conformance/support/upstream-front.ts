import { request as httpRequest } from 'node:http';
import type { ServerResponse } from 'node:http';

import type { DialectName } from '../../../electron/contract/models.ts';
import { sendJson, startUpstream } from '../../support/scripted-upstream.ts';
import type { ScriptedUpstream, SeenRequest } from '../../support/scripted-upstream.ts';
import type { Scripted } from './scenarios.ts';
import { answerSide } from './side-calls.ts';
import { wires } from './wires.ts';

export type Front = {
  aimockUrl: string;
  apiKey: string;
  /** Told of the dialect and the body; what it answers is sent, and undefined is left to aimock. */
  script(dialect: DialectName, body: string): Scripted | undefined;
  /** What aimock's fixtures are told beside the request, as `_context`. */
  describe?: (dialect: DialectName, body: string) => string;
};

/**
 * Stands before aimock: notes every request as it came, answers those aimock has no words for, and hands on the rest.
 */
export function startFront(front: Front): Promise<ScriptedUpstream> {
  return startUpstream((seen, response) => {
    const side = answerSide(seen);
    if (side) {
      sendJson(response, keyIn(seen) === front.apiKey ? 200 : 401, side);
      return;
    }
    const dialect = dialectOf(seen.path);
    const scripted = dialect && front.script(dialect, seen.body);
    if (!dialect || !scripted) handOn(front, seen, response);
    else if (keyIn(seen) === front.apiKey) answer(dialect, scripted, wantsStream(seen), response);
    else response.writeHead(401).end();
  });
}

export function dialectOf(path: string): DialectName | undefined {
  if (path.endsWith('/chat/completions')) return 'openai_completions';
  if (path.endsWith('/responses')) return 'openai_responses';
  if (/\/messages(\?.*)?$/.test(path)) return 'anthropic_messages';
  if (/:(streamG|g)enerateContent(\?.*)?$/.test(path)) return 'google_gemini';
  return path.endsWith('/api/chat') ? 'ollama_chat' : undefined;
}

function keyIn({ headers }: SeenRequest): string | undefined {
  const given = headers['x-api-key'] ?? headers['x-goog-api-key'] ?? headers.authorization;
  return String(given).replace(/^Bearer /, '');
}

export function wantsStream({ path, body }: SeenRequest): boolean {
  if (path.includes('enerateContent')) return path.includes(':stream');
  const { stream } = JSON.parse(body) as { stream?: boolean };
  return stream ?? path.endsWith('/api/chat');
}

function answer(dialect: DialectName, scripted: Scripted, stream: boolean, response: ServerResponse): void {
  const wire = wires[dialect];
  const { script, ending } = scripted;
  if (ending === 'limit') {
    sendJson(response, 429, wire.limited.body, wire.limited.headers);
    return;
  }
  if (ending === 'refuse') {
    sendJson(response, 400, wire.refused);
    return;
  }
  if (!stream) {
    response.writeHead(200, { 'content-type': 'application/json' });
    const whole = JSON.stringify(wire.whole(script));
    if (ending === 'finish') response.end(whole);
    else response.write(whole.slice(0, 20)); // the rest never comes
    if (ending === 'error' || ending === 'cut') setImmediate(() => response.destroy());
    return;
  }
  response.writeHead(200, { 'content-type': wire.contentType });
  const frames = wire.frames(script);
  const last = frames.pop();
  // Gemini's last words come with its finish reason: there the half is one piece shorter.
  for (const frame of frames) response.write(frame);
  if (ending === 'hang') return;
  response.end(ending === 'error' ? wire.errorFrame : ending === 'finish' ? last : undefined);
}

function handOn(front: Front, seen: SeenRequest, response: ServerResponse): void {
  const { host: _host, 'content-length': _length, 'transfer-encoding': _encoding, ...headers } = seen.headers;
  const dialect = dialectOf(seen.path);
  const context = dialect && front.describe?.(dialect, seen.body);
  if (context !== undefined) headers['x-aimock-context'] = context;
  const request = httpRequest(
    `${front.aimockUrl}${seen.path}`,
    { method: seen.method, headers },
    answered => {
      const { 'content-length': _length, ...answeredHeaders } = answered.headers;
      response.writeHead(answered.statusCode ?? 502, answeredHeaders);
      // aimock ends Gemini's calls with a word of its own; Gemini itself says STOP.
      answered.setEncoding('utf8').on('data', (text: string) => {
        response.write(text.replaceAll('"FUNCTION_CALL"', '"STOP"'));
      });
      answered.on('end', () => response.end());
    },
  );
  request.on('error', () => response.destroy());
  // Where aimock looks for a system prompt, it does not look for its newer name.
  request.end(seen.body.replaceAll('"role":"developer"', '"role":"system"'));
}
