import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { describe, test } from 'node:test';
import { proxyFor } from '../../../src/registry/network/proxy.ts';
import { client, inWords, question, soon } from '../client.ts';
import { listening, strictHosts } from './servers.ts';

const httpProxy = 'plain.proxy:3128';
const httpsProxy = 'secure.proxy:3129';
const settings = { httpProxy: `http://${httpProxy}`, httpsProxy };

interface Case {
  readonly name: string;
  readonly url: string;
  readonly noProxy?: string;
  readonly proxy: string | undefined;
}

const cases: readonly Case[] = [
  { name: 'https', url: 'https://r.example.com', proxy: httpsProxy },
  { name: 'http', url: 'http://r.example.com', proxy: httpProxy },
  { name: 'localhost', url: 'https://localhost:5000', proxy: undefined },
  { name: 'a loopback address', url: 'http://127.0.0.1:5000', proxy: undefined },
  { name: 'any host if noProxy has *', url: 'https://r.example.com', noProxy: 'x, *', proxy: undefined },
  { name: 'a listed host', url: 'https://r.example.com', noProxy: 'R.Example.com', proxy: undefined },
  { name: 'a subdomain of a listed host', url: 'https://r.example.com', noProxy: 'example.com', proxy: undefined },
  {
    name: 'a name that ends like a listed host',
    url: 'https://notexample.com',
    noProxy: 'example.com',
    proxy: httpsProxy,
  },
  { name: 'the domain of a listed suffix', url: 'https://example.com', noProxy: '.example.com', proxy: httpsProxy },
  { name: 'a subdomain of a listed suffix', url: 'https://r.example.com', noProxy: '.example.com', proxy: undefined },
  { name: 'a listed port', url: 'https://r.example.com', noProxy: 'example.com:443', proxy: undefined },
  { name: 'another port', url: 'https://r.example.com:5000', noProxy: 'example.com:443', proxy: httpsProxy },
  { name: 'an address in a listed range', url: 'https://10.1.2.3', noProxy: '10.0.0.0/8', proxy: undefined },
  { name: 'an address outside a listed range', url: 'https://11.1.2.3', noProxy: '10.0.0.0/8', proxy: httpsProxy },
  { name: 'a listed IPv6 address', url: 'https://[fd00::1]:5000', noProxy: 'fd00:0::1', proxy: undefined },
];

describe('proxyFor', () => {
  for (const { name, url, noProxy, proxy } of cases) {
    test(`${name}: ${proxy ?? 'no proxy'}`, () => {
      const withNoProxy = { ...settings, ...(noProxy !== undefined && { noProxy }) };
      assert.equal(proxyFor(new URL(url), withNoProxy)?.host, proxy);
    });
  }

  test('does not use the http proxy for https, like Go', () => {
    assert.equal(proxyFor(new URL('https://r.example.com'), { httpProxy: settings.httpProxy }), undefined);
  });
});

const responses: readonly (readonly [name: string, listener: RequestListener, expected: string])[] = [
  ['requires a password', (_, response) => void response.writeHead(407).end(), 'unreachable proxy manifest HEAD'],
  [
    'returns the 404 of the registry',
    (_, response) => void response.writeHead(404).end(),
    'not-found manifest HEAD 404',
  ],
];

const tunnels: readonly (readonly [name: string, status: number | 'down', expected: string])[] = [
  ['refuses the tunnel', 403, 'unreachable proxy manifest HEAD'],
  ['is down', 'down', 'unreachable proxy manifest HEAD'],
];

describe('resolve through a proxy', () => {
  for (const [name, listener, expected] of responses) {
    test(`that ${name}: ${expected}`, async () => {
      await using running = await listening(createServer(listener));
      const proxy = { httpProxy: `http://127.0.0.1:${running.port}` };
      await using asked = client({ hosts: strictHosts({ scheme: 'http' }), proxy });
      assert.equal(inWords(await asked.registry.resolve(question('registry.test'), soon())), expected);
    });
  }

  for (const [name, status, expected] of tunnels) {
    test(`that ${name}: ${expected}`, async () => {
      const server = createServer().on('connect', (_, socket) => {
        socket.on('error', () => undefined);
        socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      });
      const running = await listening(server);
      if (status === 'down') await running[Symbol.asyncDispose]();
      const proxy = { httpsProxy: `http://127.0.0.1:${running.port}` };
      await using asked = client({ hosts: strictHosts(), proxy });
      assert.equal(inWords(await asked.registry.resolve(question('registry.test'), soon())), expected);
      if (status !== 'down') await running[Symbol.asyncDispose]();
    });
  }

  test('takes a login that is not percent-encoded as it is written', async () => {
    let login: string | undefined;
    const server = createServer((request, response) => {
      login = request.headers['proxy-authorization'];
      response.writeHead(404).end();
    });
    await using running = await listening(server);
    const proxy = { httpProxy: `http://u:50%@127.0.0.1:${running.port}` };
    await using asked = client({ hosts: strictHosts({ scheme: 'http' }), proxy });
    await asked.registry.resolve(question('registry.test'), soon());
    assert.equal(login, `Basic ${btoa('u:50%')}`);
  });

  test('never sends a request for the metadata service to the proxy', async () => {
    const received: unknown[] = [];
    await using running = await listening(createServer((request) => void received.push(request.url)));
    const proxy = { httpProxy: `http://127.0.0.1:${running.port}` };
    await using asked = client({ hosts: strictHosts({ scheme: 'http' }), proxy });
    for (const host of [
      '169.254.169.254',
      '2852039166',
      '0xa9fea9fe',
      '0251.0376.0251.0376',
      '[::ffff:a9fe:a9fe]',
      'metadata:80',
      'metadata.google.internal',
      'instance-data.ec2.internal',
      '169.254.169.254.nip.io',
      '169-254-169-254.sslip.io',
    ]) {
      assert.equal(inWords(await asked.registry.resolve(question(host), soon())), 'not-asked address');
    }
    assert.deepEqual(received, []);
  });
});
