import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { createCore } from '../../electron/core.ts';
import type { Core } from '../../electron/core.ts';
import type { ApiCallName, ApiEvents, ApiInput, ApiOutput } from '../../electron/contract/api.ts';
import { findResources } from '../../electron/resources.ts';
import { sseText, startUpstream, textChunks } from '../support/scripted-upstream.ts';

const opened: { core: Core; dataDir: string }[] = [];

afterEach(async () => {
  for (const { core, dataDir } of opened.splice(0)) {
    await core.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

const acme = (host: string, more = ''): string =>
  `return { dialect = "openai_completions", base_url = "http://${host}", ${more} }`;

type Desk = {
  call: <N extends ApiCallName>(name: N, input: ApiInput<N>) => Promise<ApiOutput<N>>;
  core: Core;
  file: string;
};

/** A core with acme.lua in its folder, approved unless said otherwise. */
async function openDesk(source: string, isApproved = true): Promise<Desk> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-studio-'));
  const file = join(dataDir, 'providers', 'acme.lua');
  mkdirSync(join(dataDir, 'providers'));
  writeFileSync(file, source);
  writeFileSync(join(dataDir, 'parley.yaml'), 'llm:\n  backends:\n    - { name: acme, type: acme }\n');
  const core = await createCore({ dataDir, resources: findResources(), env: {} });
  opened.push({ core, dataDir });
  const call: Desk['call'] = async (name, input) => {
    const result = await core.api.call(name, input);
    if (!result.ok) throw Object.assign(new Error(result.error.message), { code: result.error.code });
    return result.value as ApiOutput<typeof name>; // checked against its schema by the api
  };
  if (isApproved) {
    const { review } = await call('scripts.review', { type: 'acme' });
    await call('scripts.approve', { type: 'acme', sha256: review.sha256 });
  }
  return { call, core, file };
}

async function save({ call }: Desk, source: string, more: Partial<ApiInput<'studio.save'>> = {}) {
  const { sha256 } = await call('studio.open', { type: 'acme' });
  return call('studio.save', { type: 'acme', source, base_sha256: sha256, confirmed: null, ...more });
}

describe('saving a script', () => {
  it('writes it, keeps its grants, and the backend uses it at once', async () => {
    const desk = await openDesk(acme('localhost:9', 'models = { { id = "old" } }'));
    const saved = await save(desk, acme('localhost:9', 'models = { { id = "new" } }'));
    expect(saved.outcome).toBe('saved');
    expect(readFileSync(desk.file, 'utf8')).toContain('"new"');
    expect(await desk.call('scripts.get', { type: 'acme' })).toMatchObject({
      approval: 'current',
      hosts: ['localhost:9'],
    });
    const { models } = await desk.core.engine.listModels();
    expect(models.map(({ id }) => id)).toContain('acme/new');
  });

  it('asks where it wants more than before, and writes only what was agreed to', async () => {
    const before = acme('localhost:9');
    const desk = await openDesk(before);
    const greedy = acme('localhost:9', 'hosts = { "evil.example" }, api_key = { env = "AWS_SECRET" }');
    const asked = await save(desk, greedy);
    expect(asked).toMatchObject({ outcome: 'needs_review', review: { approved_source: before } });
    expect(readFileSync(desk.file, 'utf8')).toBe(before);
    // A yes to another source is none to this one.
    expect((await save(desk, greedy, { confirmed: 'another' })).outcome).toBe('needs_review');
    const sha256 = asked.outcome === 'needs_review' ? asked.review.sha256 : '';
    expect((await save(desk, greedy, { confirmed: sha256 })).outcome).toBe('saved');
    expect(await desk.call('scripts.get', { type: 'acme' })).toMatchObject({
      approval: 'current',
      hosts: ['localhost:9', 'evil.example'],
      env: ['AWS_SECRET'],
    });
  });

  it('asks where the file was never looked at', async () => {
    const desk = await openDesk(acme('localhost:9'), false);
    expect((await save(desk, acme('localhost:9', 'name = "Acme",'))).outcome).toBe('needs_review');
  });

  it('takes back what the script does not ask for any more, and leaves revoked what was revoked', async () => {
    const desk = await openDesk(acme('localhost:9', 'hosts = { "a.example", "b.example" }'));
    await desk.call('scripts.revoke', { type: 'acme', grant: 'b.example' });
    await desk.call('scripts.grant', { type: 'acme', grant: 'by-hand.example' });
    await save(desk, acme('localhost:9', 'hosts = { "b.example" }'));
    const { hosts } = await desk.call('scripts.get', { type: 'acme' });
    expect(hosts).toEqual(['localhost:9', 'by-hand.example']);
  });

  it('refuses a broken script with its line, and writes nothing', async () => {
    const before = acme('localhost:9');
    const desk = await openDesk(before);
    await expect(save(desk, 'return {\n  name = ')).rejects.toThrow(/acme\.lua:\d/);
    expect(readFileSync(desk.file, 'utf8')).toBe(before);
  });

  it('writes nothing over a file that was changed meanwhile', async () => {
    const desk = await openDesk(acme('localhost:9'));
    const { sha256 } = await desk.call('studio.open', { type: 'acme' });
    const theirs = acme('localhost:9', 'name = "Theirs",');
    writeFileSync(desk.file, theirs);
    const saved = await save(desk, acme('localhost:9', 'name = "Mine",'), { base_sha256: sha256 });
    expect(saved).toMatchObject({ outcome: 'changed_on_disk', script: { source: theirs } });
    expect(readFileSync(desk.file, 'utf8')).toBe(theirs);
  });
});

describe('the studio', () => {
  it('finds the line of a problem, and what a source newly asks for', async () => {
    const desk = await openDesk(acme('localhost:9'));
    const check = (source: string) => desk.call('studio.check', { type: 'acme', source });
    expect(await check('return {\n  name = "x"\n  dialect = 1 }')).toMatchObject({ problem: { line: 3 } });
    const field = await check('return {\n  dialect = "openai_completions",\n  base_url = 7,\n}');
    expect(field.problem).toMatchObject({ line: 3 });
    expect(field.problem?.message).not.toMatch(/Line 3|acme\.lua:3/);
    expect(await check(acme('other.example'))).toMatchObject({
      problem: null,
      new_wishes: ['other.example'],
    });
    expect(await check(acme('localhost:9'))).toMatchObject({ new_wishes: [] });
  });

  it('keeps a draft until it is saved, and hands it out with the file', async () => {
    const desk = await openDesk(acme('localhost:9'));
    const { sha256 } = await desk.call('studio.open', { type: 'acme' });
    const source = acme('localhost:9', 'name = "Draft",');
    await desk.call('studio.keep_draft', { type: 'acme', source, base_sha256: sha256 });
    expect((await desk.call('studio.open', { type: 'acme' })).draft).toMatchObject({
      source,
      base_sha256: sha256,
    });
    await save(desk, source);
    expect((await desk.call('studio.open', { type: 'acme' })).draft).toBeNull();
    await expect(
      desk.call('studio.keep_draft', { type: '../acme', source, base_sha256: sha256 }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  it('opens a built-in as an override that may do what the built-in may', async () => {
    const desk = await openDesk(acme('localhost:9'));
    expect(await desk.call('studio.open', { type: 'groq' })).toMatchObject({ origin: 'built-in' });
    const copy = await desk.call('studio.override', { type: 'groq' });
    expect(copy).toMatchObject({ origin: 'user', overrides: true, approval: 'current' });
    expect(await desk.call('scripts.get', { type: 'groq' })).toMatchObject({ env: ['GROQ_API_KEY'] });
    await expect(desk.call('studio.override', { type: 'groq' })).rejects.toMatchObject({
      code: 'script_refused',
    });
  });

  it('shows a run without its key, wherever that stands, and tells what the script logs', async () => {
    const upstream = await startUpstream();
    const key = 'sk-very-secret-12345';
    const source = acme(
      new URL(upstream.url).host,
      `api_key = "${key}", authenticate = function(req, opts)
        log.info("the key is " .. opts.api_key)
        req.headers["x-odd"] = opts.api_key
        req.url = req.url .. "?k=" .. opts.api_key
        return req
      end, modify_body = function(body) body.note = "${key}" return body end`,
    );
    const desk = await openDesk(source);
    const logged: ApiEvents['scripts.logged'][] = [];
    desk.core.api.on(event => {
      if (event.name === 'scripts.logged') logged.push(event.payload);
    });
    const run = await desk.call('studio.run', {
      id: '1',
      type: 'acme',
      source,
      backend: 'acme',
      model: 'm',
      request: { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] },
      pasted: null,
    });
    expect(run).toMatchObject({ error: null, status: 200, answer: { text: 'Hello there.' } });
    expect(upstream.requests.at(-1)?.path).toContain(key);
    expect(JSON.stringify(run)).not.toContain(key);
    expect(run.steps.at(-1)?.headers).toContainEqual(['x-odd', '[redacted]']);
    const lines = await desk.call('studio.log', {});
    expect(lines).toMatchObject([{ backend: 'acme', level: 'info', message: 'the key is [api key]' }]);
    await expect.poll(() => logged.flatMap(event => event.lines)).toEqual(lines);
    await upstream.close();
  });
});

describe('a run under way', () => {
  it('is told as it goes, with tools and images as they were written down, and stops when told to', async () => {
    let sent: unknown;
    const upstream = await startUpstream((request, response) => {
      sent = JSON.parse(request.body);
      // The answer begins and never ends.
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseText(textChunks(['Hello', ' there.']), false));
    });
    const key = 'sk-very-secret-12345';
    const source = acme(
      new URL(upstream.url).host,
      `api_key = "${key}", modify_events = function(deltas) return deltas end,
      modify_body = function(body) body.note = "${key}" return body end`,
    );
    const desk = await openDesk(source);
    const told: ApiEvents['studio.progress'][] = [];
    desk.core.api.on(event => {
      if (event.name === 'studio.progress') told.push(event.payload);
    });
    const pixel = 'data:image/png;base64,iVBORw0KGgo=';
    const tool = { name: 'look', input_schema: { type: 'object', properties: {} } };
    const run = desk.call('studio.run', {
      id: 'live',
      type: 'acme',
      source,
      backend: 'acme',
      model: 'm',
      request: {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Hi' },
              { type: 'attachment', media_type: 'image/png', source: { type: 'url', url: pixel } },
            ],
          },
        ],
        tools: [tool],
        tool_choice: { type: 'required' },
      },
      pasted: null,
    });
    await expect.poll(() => told.flatMap(({ events }) => events).length).toBeGreaterThanOrEqual(2);
    const last = told.at(-1);
    expect(last).toMatchObject({ id: 'live', status: 200, dialect: 'openai_completions' });
    expect(last?.steps.at(-1)?.step).toBe('sent');
    expect(JSON.stringify(told)).toContain(' there.');
    expect(JSON.stringify(told)).not.toContain(key);
    await desk.call('studio.stop', { id: 'live' });
    expect(await run).toMatchObject({ error: { code: 'cancelled' } });
    expect(sent).toMatchObject({
      messages: [{ content: [{ text: 'Hi' }, { type: 'image_url', image_url: { url: pixel } }] }],
      tools: [{ type: 'function', function: { name: 'look' } }],
      tool_choice: 'required',
    });
    await upstream.close();
  });

  it('refuses a request that is none, and says where', async () => {
    const desk = await openDesk(acme('localhost:9'));
    const request = { messages: [{ role: 'user', content: 'Hi' }] } as never;
    const input = { id: '1', type: 'acme', source: '', backend: null, model: 'm', request, pasted: null };
    await expect(desk.call('studio.run', input)).rejects.toThrow(/request\.messages\.0\.content/);
  });
});

describe('a new script', () => {
  it('is a valid draft that nothing uses until it is saved', async () => {
    const desk = await openDesk(acme('localhost:9'));
    const script = await desk.call('studio.create', { type: 'my-service.2' });
    expect(script).toMatchObject({ origin: 'user', source: '', backends: [], overrides: null });
    const source = script.draft?.source ?? '';
    const { problem, review } = await desk.call('studio.check', { type: 'my-service.2', source });
    expect(problem).toBeNull();
    expect(review).toMatchObject({ hosts: ['api.example.com'], env: ['MY_SERVICE_2_API_KEY'], hooks: [] });
    const file = join(desk.file, '../my-service.2.lua');
    expect(existsSync(file)).toBe(false);

    // Begun again it goes on, also after words were changed.
    const draft = { type: 'my-service.2', source: `${source}-- mine`, base_sha256: script.sha256 };
    await desk.call('studio.keep_draft', draft);
    expect((await desk.call('studio.create', { type: 'my-service.2' })).draft?.source).toBe(draft.source);
    const saving = { ...draft, confirmed: null };
    expect(await desk.call('studio.save', saving)).toMatchObject({ outcome: 'needs_review' });
    expect(existsSync(file)).toBe(false);
    const { sha256 } = await desk.core.engine.inspectProvider('my-service.2.lua', draft.source);
    const saved = await desk.call('studio.save', { ...saving, confirmed: sha256 });
    expect(saved).toMatchObject({ outcome: 'saved', script: { source: draft.source, draft: null } });
    expect(readFileSync(file, 'utf8')).toBe(draft.source);
  });

  it.each([
    ['acme', 'There is a script acme.lua already'],
    ['groq', 'There is a script groq.lua already'],
    ['../evil', 'with no path in it'],
    ['', 'with no path in it'],
  ])('is not begun under the name "%s"', async (type, why) => {
    const desk = await openDesk(acme('localhost:9'));
    await expect(desk.call('studio.create', { type })).rejects.toThrow(why);
  });
});
