import { describe, expect, it } from 'vitest';

import { defaultConfigText } from '../../electron/config/default-config.ts';
import { parseConfig } from '../../electron/config/parse-config.ts';

function read(text: string): unknown {
  const parsed = parseConfig(text, '/data/parley.yaml');
  if (parsed.type === 'good') return parsed.config.network;
  return `${String(parsed.problem.line)}:${String(parsed.problem.column)} ${parsed.problem.message}`;
}

const secret = 'hunter2';

describe('network', () => {
  it('follows the environment where nothing is said', () => {
    expect(read('')).toEqual({ proxy: 'env', no_proxy: [] });
  });

  it('is what the comments of the first file show', () => {
    const text = defaultConfigText
      .replace('network: { proxy: env }\n', '')
      .replaceAll(/^# (network:$| {2}(?:proxy|proxy_password|no_proxy|ca_file): .*)$/gm, '$1');
    expect(read(text)).toEqual({
      proxy: 'http://me@proxy.example:3128',
      proxy_password: 'keychain:proxy',
      no_proxy: ['localhost', '127.0.0.1', '.internal.example', '10.0.0.0/8'],
      ca_file: '/etc/ssl/company-root.pem',
    });
  });

  it('takes a list of hosts as NO_PROXY writes it', () => {
    expect(read('network: { no_proxy: "a.test, .b.test 10.0.0.0/8,[::1]:80,::1,*" }')).toMatchObject({
      no_proxy: ['a.test', '.b.test', '10.0.0.0/8', '[::1]:80', '::1', '*'],
    });
  });

  it.each([
    ['network: { proxy: ftp://a.test }', '1:19 network.proxy: a proxy begins with http://'],
    ['network: { proxy: socks4://a.test }', '1:19 network.proxy: SOCKS 4 is not supported'],
    ['network: { proxy: "http://" }', '1:19 network.proxy: this is no address of a proxy'],
    ['network: { proxy: "http://a.test:99999" }', '1:19 network.proxy: this is no address of a proxy'],
    [
      'network: { proxy: "http://a.test:1/path" }',
      "1:19 network.proxy: a proxy's address ends with its port",
    ],
    [
      `network:\n  proxy: http://me:${secret}/x@a.test:1\n`,
      '2:10 network.proxy: this is no address of a proxy',
    ],
    [
      `network: { proxy: "http://me:${secret}@a.test:1", proxy_password: x }`,
      '1:65 network.proxy_password: proxy has',
    ],
    ['network: { proxy: "http://a.test:1", proxy_password: x }', '1:54 network.proxy_password: the user'],
    [`network: { proxy_password: ${secret} }`, '1:28 network.proxy_password: there is no proxy it is for'],
    [
      'network: { no_proxy: [a.test, "10.0.0.0/99"] }',
      '1:31 network.no_proxy[1]: a host that is reached directly',
    ],
    ['network: { no_proxy: [http://a.test] }', '1:23 network.no_proxy[0]: a host'],
    ['network: { no_proxy: ["a*b"] }', '1:23 network.no_proxy[0]: a host'],
    ['network: { ca_flie: /x.pem }', '1:12 unknown key ca_flie in network; did you mean ca_file?'],
    ['network: { proxy: 8080 }', '1:19 network.proxy must be text; put it in quotes'],
  ])('%s', (text, expected) => {
    expect(read(text)).toContain(expected);
    expect(read(text)).not.toContain(secret);
  });
});
