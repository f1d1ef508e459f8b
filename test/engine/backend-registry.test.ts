import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { vi, afterEach, describe, expect, it } from 'vitest';

import { AppError } from '../../electron/contract/errors.ts';
import type { Keychain } from '../../electron/engine/keys/keychain.ts';
import { sendJson, sendStream, textChunks } from '../support/scripted-upstream.ts';
import { failure, openAcme } from './acme.ts';
import type { Acme } from './acme.ts';

let acme: Acme;

afterEach(async () => {
  vi.restoreAllMocks();
  await acme.close();
});

describe('a key that is replaced in the keychain', () => {
  const secrets: Record<string, string> = {};
  let isLocked = false;
  const keychain: Keychain = {
    get: account =>
      isLocked
        ? Promise.reject(new AppError('keychain_unavailable', 'It is locked.'))
        : Promise.resolve(secrets[account]),
    set: () => Promise.resolve(),
    remove: () => Promise.resolve(false),
  };
  const script = `
local key = config.api_key
local p = { dialect = "openai_completions", base_url = "UPSTREAM", headers = { ["x-loaded"] = key } }
function p.on_request(req) req.headers["x-global"] = key return req end
function p.parse_models() return { { id = "loaded-with-" .. key } } end
return p`;

  it('is the one in the globals and fields of the script, too', async () => {
    isLocked = false;
    secrets['work'] = 'first-key';
    acme = await openAcme(script, { keychain, line: { api_key: 'keychain:work' } });
    await acme.ask();
    secrets['work'] = 'second-key';
    await acme.ask();
    expect(acme.last().headers).toMatchObject({
      authorization: 'Bearer second-key',
      'x-loaded': 'second-key',
      'x-global': 'second-key',
    });
    acme.upstream.answer = (_request, response) => sendJson(response, 200, { data: [] });
    const { models } = await acme.engine.listModels();
    expect(models.map(({ id }) => id)).toEqual(['acme/loaded-with-second-key']);
  });

  it('is seen once by many calls at a time', async () => {
    isLocked = false;
    secrets['work'] = 'first-key';
    const counting = `log.info("loaded")\n${script}`;
    acme = await openAcme(counting, { keychain, line: { api_key: 'keychain:work' } });
    await acme.ask();
    secrets['work'] = 'second-key';
    await Promise.all(Array.from({ length: 8 }, () => acme.ask()));
    expect(acme.logs.filter(line => line.endsWith('loaded'))).toHaveLength(2);
    expect(new Set(acme.upstream.requests.slice(1).map(({ headers }) => headers['x-global']))).toEqual(
      new Set(['second-key']),
    );
  });

  it('leaves the script as it is while the keychain is locked', async () => {
    isLocked = false;
    secrets['work'] = 'first-key';
    acme = await openAcme(`log.info("loaded")\n${script}`, { keychain, line: { api_key: 'keychain:work' } });
    await acme.ask();
    isLocked = true;
    expect(await failure(acme.ask())).toMatchObject({ code: 'keychain_unavailable' });
    isLocked = false;
    await acme.ask();
    expect(acme.logs.filter(line => line.endsWith('loaded'))).toHaveLength(1);
  });
});

describe('a script that changes', () => {
  const script = (id: string) =>
    `local p = { dialect = "openai_completions", base_url = "UPSTREAM", auth_type = "none" } function p.parse_models() return { { id = "${id}" } } end function p.health_check() return http.get("UPSTREAM/health").status == 200 end return p`;

  it('finishes what is under way on the old one: lists and health checks', async () => {
    acme = await openAcme(script('old'));
    let answer = (): void => undefined;
    const isAsked = new Promise<void>(resolve => {
      acme.upstream.answer = (_request, response) => {
        answer = () => sendJson(response, 200, {});
        resolve();
      };
    });
    const listing = acme.engine.listModels();
    await isAsked;
    acme.writeScript('acme', script('new'));
    acme.engine.reload();
    // Long enough for the old script to be put away, were it not in use.
    await new Promise(resolve => setTimeout(resolve, 400));
    answer();
    expect(await listing).toMatchObject({ models: [{ id: 'acme/old' }], problems: [] });
    acme.upstream.answer = (_request, response) => sendJson(response, 200, {});
    expect((await acme.engine.listModels()).models).toMatchObject([{ id: 'acme/new' }]);
    expect(await acme.engine.checkBackend('acme')).toMatchObject({ ok: true, models: 1 });
  });

  it('is not given out any more once that is told, not even to who asks in the same moment', async () => {
    acme = await openAcme(script('old'));
    acme.upstream.answer = (_request, response) => sendJson(response, 200, {});
    await acme.engine.listModels();
    acme.writeScript('acme', script('new'));
    acme.engine.reload();
    expect((await acme.engine.listModels()).models).toMatchObject([{ id: 'acme/new' }]);
  });

  it('is loaded anew when a list beside it changes', async () => {
    acme = await openAcme('return nil');
    mkdirSync(join(acme.userDir, 'models'));
    const file = join(acme.userDir, 'models', 'acme.json');
    writeFileSync(file, '\uFEFF[{"id":"one"}]');
    acme.writeScript(
      'acme',
      'return { dialect = "openai_completions", base_url = "UPSTREAM", auth_type = "none", models = load_models("models/acme.json") }',
    );
    acme.engine.reload();
    expect((await acme.engine.listModels()).models).toMatchObject([{ id: 'acme/one' }]);
    writeFileSync(file, '[{"id":"two"}]');
    acme.engine.reload();
    expect((await acme.engine.listModels()).models).toMatchObject([{ id: 'acme/two' }]);
    writeFileSync(file, '[{"id":');
    acme.engine.reload();
    expect((await acme.engine.listModels()).problems).toMatchObject([
      { error: { code: 'script_error', message: expect.stringContaining('models/acme.json') } },
    ]);
  });

  it('is gone with its file, and comes back with it', async () => {
    acme = await openAcme(script('a'));
    await acme.ask();
    acme.setConfig({ llm: { backends: [{ name: 'acme', type: 'gone' }] } });
    expect(await failure(acme.ask())).toMatchObject({ code: 'unknown_provider' });
    acme.writeScript('gone', script('b'));
    acme.engine.reload();
    await acme.ask();
  });
});

describe('a script that cannot be loaded', () => {
  it('because of a server that was away is tried again by itself', async () => {
    acme = await openAcme('return nil');
    let isUp = false;
    acme.upstream.answer = (request, response) => {
      if (request.path !== '/token') sendStream(response, textChunks(['ok']));
      else if (isUp) sendJson(response, 200, {});
      else response.destroy();
    };
    acme.writeScript(
      'acme',
      'http.get("UPSTREAM/token") return { dialect = "openai_completions", base_url = config.url, auth_type = "none" }',
    );
    acme.setConfig({ llm: { backends: [{ name: 'acme', type: 'acme', url: acme.upstream.url }] } });
    expect(await failure(acme.ask())).toMatchObject({ code: 'script_error' });
    isUp = true;
    await expect
      .poll(
        async () =>
          acme.ask().then(
            () => 'answered',
            (error: AppError) => error.code,
          ),
        { interval: 200 },
      )
      .toBe('answered');
  });

  it('because it never ends is not tried again and again', async () => {
    acme = await openAcme('log.info("begun") while true do end');
    for (let call = 0; call < 3; call += 1) {
      expect(await failure(acme.ask())).toMatchObject({ code: 'script_timeout' });
      await new Promise(resolve => setTimeout(resolve, 1_100));
    }
    expect(acme.logs.filter(line => line.endsWith('begun'))).toHaveLength(1);
    const soon = performance.now() + 31_000;
    vi.spyOn(performance, 'now').mockImplementation(() => soon);
    expect(await failure(acme.ask())).toMatchObject({ code: 'script_timeout' });
    expect(acme.logs.filter(line => line.endsWith('begun'))).toHaveLength(2);
  });
});
