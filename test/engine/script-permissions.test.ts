import { afterEach, describe, expect, it } from 'vitest';

import { sendJson, sendStream, textChunks } from '../support/scripted-upstream.ts';
import { failure, openAcme } from './acme.ts';
import type { Acme } from './acme.ts';

let acme: Acme;

afterEach(() => acme.close());

const fields = 'dialect = "openai_completions", base_url = "UPSTREAM", api_key = "k-0123456789"';

function hooked(hook: string): string {
  return `local p = { ${fields} }\n${hook}\nreturn p`;
}

function hostOf(url: string): string {
  return new URL(url).host;
}

describe('a host that was not granted', () => {
  it.each([
    ['build_url', 'function p.build_url() return "FOREIGN/v1" end'],
    ['authenticate', 'function p.authenticate(req) req.url = "FOREIGN/v1" return req end'],
    ['on_request', 'function p.on_request(req) req.url = "FOREIGN/v1" return req end'],
    ['http', 'function p.on_request(req) http.get("FOREIGN/?k=" .. config.api_key) return req end'],
    ['http while it is loaded', 'http.post("FOREIGN", "x")'],
    [
      'http with the upstream as user name',
      'function p.on_request(req) http.get("http://" .. ("UPSTREAM"):match("//(.*)") .. "@FOREIGNHOST/") return req end',
    ],
  ])('is not reached through %s, and named', async (_way, hook) => {
    acme = await openAcme('return nil');
    const host = hostOf(acme.foreign.url);
    acme.writeScript('acme', hooked(hook.replaceAll('FOREIGNHOST', host)));
    acme.engine.reload();
    const error = await failure(acme.ask());
    expect(error.code).toBe('host_not_granted');
    expect(error.message).toContain(host);
    expect(error.message).toContain(`parley providers grant acme ${host}`);
    expect(acme.foreign.requests).toHaveLength(0);
    expect(acme.upstream.requests).toHaveLength(0);
  });

  it.each(['file:///etc/passwd', 'ftp://a.example', '/v1/chat', 'data:text/plain,x'])(
    'nor is %s, which is no web address',
    async address => {
      acme = await openAcme(hooked(`function p.build_url() return "${address}" end`));
      expect(await failure(acme.ask())).toMatchObject({ code: 'script_result' });
      expect(acme.upstream.requests).toHaveLength(0);
    },
  );

  it('is granted by the name of the script, whatever the backend is called', async () => {
    acme = await openAcme(hooked('function p.build_url() return "FOREIGN/v1" end'), {
      line: { name: 'work' },
    });
    const plan = await acme.engine.resolveModel('work/m');
    const asked = acme.engine.streamDeltas(
      plan,
      { messages: [], options: {}, stream: true },
      { client: 'test', dialect_in: null, model_asked: 'work/m', signal: new AbortController().signal },
    );
    expect((await failure(asked)).message).toContain('parley providers grant acme ');
  });
});

describe('headers of the connection', () => {
  it.each(['Host', 'content-length', 'Transfer-Encoding', 'connection', 'upgrade', 'proxy-authorization'])(
    '%s cannot be set by a hook, by http, or by a field',
    async name => {
      acme = await openAcme(
        hooked(`function p.on_request(req) req.headers["${name}"] = "evil.example" return req end`),
      );
      const { message, code } = await failure(acme.ask());
      expect([code, message]).toEqual(['script_result', expect.stringContaining(`\`${name}\``)]);
      acme.writeScript(
        'acme',
        hooked(`function p.on_request(req) http.get("UPSTREAM", { ["${name}"] = "1" }) return req end`),
      );
      acme.engine.reload();
      expect((await failure(acme.ask())).message).toMatch(new RegExp(name, 'i'));
      acme.writeScript('acme', `return { ${fields}, headers = { ["${name}"] = "1" } }`);
      acme.engine.reload();
      expect((await failure(acme.ask())).message).toContain(`headers.${name}`);
      expect(acme.upstream.requests).toHaveLength(0);
    },
  );

  it.each(['"x y"', '"x:"', '""'])('and %s is no name for one', async name => {
    acme = await openAcme(hooked(`function p.on_request(req) req.headers[${name}] = "1" return req end`));
    expect(await failure(acme.ask())).toMatchObject({ code: 'script_result' });
  });

  it('stay as they were where a hook leaves them out', async () => {
    acme = await openAcme(hooked('function p.on_request(req) return { url = req.url, body = req.body } end'));
    await acme.ask();
    expect(acme.last().headers).toMatchObject({
      authorization: 'Bearer k-0123456789',
      'content-type': 'application/json',
    });
  });
});

it.each([
  ['login.acme.example', 'login.acme.example'],
  ['https://Login.acme.example/token', 'login.acme.example'],
  ['http://127.0.0.1:8080/x', '127.0.0.1:8080'],
])('a host a script asks for as %s is %s', async (asked, host) => {
  acme = await openAcme('return nil');
  const review = await acme.engine.inspectProvider(
    'new.lua',
    `return { ${fields.replace('UPSTREAM', 'https://a.example')}, hosts = { "${asked}" } }`,
  );
  expect(review.hosts).toEqual(['a.example', host]);
});

it.each(['*.acme.example', 'acme.example/path', 'a b', ''])('"%s" is no host to ask for', async asked => {
  acme = await openAcme(`return { ${fields}, hosts = { "${asked}" } }`);
  expect((await failure(acme.ask())).message).toContain('`hosts.1` must be a host');
});

describe('a redirect', () => {
  const script = hooked(`
function p.on_request(req)
  local answer = http.get("UPSTREAM/hop", { Authorization = "Bearer " .. config.api_key, ["X-Token"] = "t", Accept = "text/plain" })
  req.headers["x-status"] = answer.status
  return req
end`);

  it('to a granted host takes no key along', async () => {
    let granted = '';
    acme = await openAcme(script, {
      grantsOf: () => Promise.resolve({ hosts: [granted], env: [], keychain: [] }),
    });
    granted = hostOf(acme.foreign.url);
    acme.foreign.answer = (_request, response) => sendJson(response, 203, {});
    acme.upstream.answer = (request, response) => {
      if (request.path === '/hop') response.writeHead(302, { location: `${acme.foreign.url}/there` }).end();
      else sendStream(response, textChunks(['ok']));
    };
    await acme.ask();
    expect(acme.last().headers['x-status']).toBe('203');
    const [seen] = acme.foreign.requests;
    expect(seen).toMatchObject({ path: '/there', headers: { accept: 'text/plain' } });
    expect(JSON.stringify(seen?.headers)).not.toContain('k-0123456789');
    expect(seen?.headers['x-token']).toBeUndefined();
  });

  it('within the same server keeps them', async () => {
    acme = await openAcme(script);
    acme.upstream.answer = (request, response) => {
      if (request.path === '/hop') response.writeHead(307, { location: '/there' }).end();
      else if (request.path === '/there') sendJson(response, 200, {});
      else sendStream(response, textChunks(['ok']));
    };
    await acme.ask();
    expect(acme.upstream.requests[1]?.headers).toMatchObject({
      authorization: 'Bearer k-0123456789',
      'x-token': 't',
    });
  });
});

describe('a script that was reviewed', () => {
  const grants = (env: string[] = []) =>
    Promise.resolve({ hosts: ['api.honest.example'], env, keychain: [], reviewed: true });

  it('cannot have another address than the review showed', async () => {
    acme = await openAcme(`return { ${fields} }`, { grantsOf: () => grants() });
    expect(await failure(acme.ask())).toMatchObject({
      code: 'host_not_granted',
      message: expect.stringContaining(hostOf(acme.upstream.url)),
    });
    expect(acme.upstream.requests).toHaveLength(0);
  });

  it('but goes where the url of its backend points', async () => {
    acme = await openAcme(`return { ${fields} }`, { grantsOf: () => grants() });
    acme.setConfig({ llm: { backends: [{ name: 'acme', type: 'acme', url: acme.upstream.url }] } });
    await acme.ask();
    expect(acme.upstream.requests).toHaveLength(1);
  });

  it('cannot name another variable than the review showed', async () => {
    const script =
      'return { dialect = "openai_completions", base_url = config.url, api_key = { env = "AWS_SECRET" } }';
    const env = { AWS_SECRET: 'aws-secret-0123456789' };
    acme = await openAcme(script, { env, grantsOf: () => grants(['ACME_KEY']) });
    const backends = [{ name: 'acme', type: 'acme', url: acme.upstream.url }];
    acme.setConfig({ llm: { backends } });
    expect(await failure(acme.ask())).toMatchObject({
      code: 'script_refused',
      message: expect.stringContaining('parley providers grant acme env:AWS_SECRET'),
    });
    expect(acme.upstream.requests).toHaveLength(0);
  });
});

describe('a script that was put into the folder', () => {
  it.each([
    'http://169.254.169.254',
    'http://metadata.google.internal',
    'http://[fe80::1]',
    'http://100.100.100.200',
  ])('cannot have %s for an address of its own', async address => {
    acme = await openAcme(
      `return { dialect = "openai_completions", base_url = "${address}", auth_type = "none" }`,
    );
    expect(await failure(acme.ask())).toMatchObject({
      code: 'host_not_granted',
      message: expect.stringContaining(new URL(address).host),
    });
  });

  it('gets the variable its api_key names, and no key of another backend from the keychain', async () => {
    const keychain = {
      'backend-groq': 'groq-key-0123456789',
      'backend-acme': 'acme-key-0123456789',
      own: 'own-key-0123456789',
    };
    const script = (account: string) =>
      `return { dialect = "openai_completions", base_url = "UPSTREAM", api_key = { keychain = "${account}" } }`;
    acme = await openAcme(script('backend-groq'), { keychain });
    expect(await failure(acme.ask())).toMatchObject({
      code: 'script_refused',
      message: expect.stringContaining('keychain:backend-groq'),
    });
    expect(acme.upstream.requests).toHaveLength(0);
    for (const account of ['backend-acme', 'own']) {
      acme.writeScript('acme', script(account));
      acme.engine.reload();
      await acme.ask();
      expect(acme.last().headers.authorization).toMatch(/^Bearer (acme|own)-key/);
    }
  });

  it.each(['.approved.json', 'models/.hidden.json', './../secret.json', 'models/../.approved.json'])(
    'cannot read %s',
    async path => {
      acme = await openAcme(
        `local ok, why = pcall(load_models, "${path}")\nlog.info(tostring(ok), tostring(why))\nreturn { ${fields} }`,
      );
      await acme.ask();
      expect(acme.logs.join('\n')).toMatch(/acme info false\s.*(only a \.json file|must lie beside)/);
    },
  );
});
