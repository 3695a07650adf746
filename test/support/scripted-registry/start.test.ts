import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { Agent, request } from 'undici';
import { caCertificate } from '../certificates.ts';
import { alice, basicRegistry, bearerRegistry, publicRegistry } from '../registries.ts';
import { sentence } from './exchange.ts';
import type { RegistryScript } from './script.ts';
import { type RunningScript, startScript } from './start.ts';

const manifest = '/v2/team/app/manifests/v1';
const basic = `Basic ${Buffer.from(`${alice.username}:${alice.password}`).toString('base64')}`;

interface Case {
  readonly it: string;
  readonly script: RegistryScript;
  readonly requests: readonly (readonly [method: 'HEAD' | 'GET' | 'POST', path: string, authorization?: string])[];
  readonly statuses: readonly number[];
  readonly challenge?: string;
}

const cases: readonly Case[] = [
  {
    it: 'serves a public image without credentials',
    script: publicRegistry(),
    requests: [
      ['GET', '/v2/'],
      ['HEAD', manifest],
      ['GET', manifest],
      ['HEAD', '/v2/team/app/manifests/v2'],
    ],
    statuses: [200, 200, 200, 404],
  },
  {
    it: 'sends a Basic challenge, and accepts only the right password',
    script: basicRegistry(),
    requests: [
      ['HEAD', manifest, basic],
      ['HEAD', manifest, 'Basic eDp5'],
      ['HEAD', manifest],
    ],
    statuses: [200, 401, 401],
    challenge: 'Basic realm="registry"',
  },
  {
    it: 'sends realm, service and scope in a Bearer challenge',
    script: bearerRegistry(),
    requests: [
      ['GET', '/token?service=scripted', basic],
      ['POST', '/token'],
      ['HEAD', manifest],
    ],
    statuses: [200, 405, 401],
    challenge: 'Bearer realm="http://{{registry}}/token",service="scripted",scope="repository:team/app:pull"',
  },
  {
    it: 'applies a rule with `times` only to that number of requests',
    script: publicRegistry({ rules: [{ match: { method: 'HEAD' }, do: { status: 503 }, times: 2 }] }),
    requests: [
      ['HEAD', manifest],
      ['GET', manifest],
      ['HEAD', manifest],
      ['HEAD', manifest],
    ],
    statuses: [503, 200, 503, 200],
  },
  {
    it: 'can limit a rule to requests with an Authorization header',
    script: publicRegistry({ rules: [{ match: { authorized: true }, do: { status: 403 } }] }),
    requests: [
      ['HEAD', manifest],
      ['HEAD', manifest, basic],
    ],
    statuses: [200, 403],
  },
  {
    it: 'applies a rule with `after` only to authorized requests',
    script: basicRegistry({ rules: [{ do: { status: 418 }, after: 'auth' }] }),
    requests: [
      ['HEAD', manifest, basic],
      ['HEAD', manifest],
    ],
    statuses: [418, 401],
  },
];

async function send(running: RunningScript, [method, path, authorization]: Case['requests'][number]) {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await request(running.substitute(`http://{{registry}}${path}`), { method, headers });
  await response.body.dump();
  return response;
}

describe('the scripted registry', () => {
  for (const { it, script, requests, statuses, challenge } of cases) {
    test(it, async () => {
      await using running = await startScript(script);
      const responses = [];
      for (const one of requests) responses.push(await send(running, one));
      assert.deepEqual(
        responses.map(({ statusCode }) => statusCode),
        statuses,
      );
      if (challenge !== undefined) {
        assert.equal(responses.at(-1)?.headers['www-authenticate'], running.substitute(challenge));
      }
    });
  }

  test('logs each request with its user, but no password', async () => {
    await using running = await startScript(basicRegistry());
    await send(running, ['HEAD', manifest]);
    await send(running, ['HEAD', manifest, basic]);
    assert.deepEqual(running.log.map(sentence), [`HEAD ${manifest} 401`, `HEAD ${manifest} Basic alice 200`]);
  });

  test('alters the content that it serves', async () => {
    const alterations = {
      omitHeaders: ['Docker-Content-Digest'],
      setHeaders: { 'Content-Type': 'text/html' },
      truncate: 10,
    };
    await using running = await startScript(publicRegistry({ rules: [{ do: { serve: true, ...alterations } }] }));
    const { headers, body } = await request(running.substitute(`http://{{registry}}${manifest}`));
    assert.deepEqual([headers['docker-content-digest'], headers['content-type']], [undefined, 'text/html']);
    assert.equal((await body.text()).length, 10);
  });

  test('serves TLS with a certificate of the test CA', async () => {
    await using running = await startScript(publicRegistry({ listen: 'https' }));
    const trusting = new Agent({ connect: { ca: await caCertificate() } });
    const url = running.substitute(`https://{{registry}}${manifest}`);
    const { statusCode, body } = await request(url, { dispatcher: trusting });
    await body.dump();
    assert.equal(statusCode, 200);
    await trusting.close();
    await assert.rejects(request(url), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  const failures = [
    { it: 'is refused by a closed port', listen: 'closed', end: 'ECONNREFUSED' },
    { it: 'is reset', listen: 'reset', end: 'ECONNRESET' },
  ] as const;

  for (const { it, listen, end } of failures) {
    test(`a connection ${it}`, async () => {
      await using running = await startScript(publicRegistry({ listen }));
      const socket = connect(Number(running.symbols['registry.port']), '127.0.0.1', () => socket.write('x'));
      const code = await new Promise((resolve) =>
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code)),
      );
      assert.equal(code, end);
    });
  }

  test('serves the content without authorization while `serveOpenly` is on, even on a closed port', async () => {
    await using running = await startScript(basicRegistry({ listen: 'closed' }));
    await running.serveOpenly(true);
    assert.equal((await send(running, ['HEAD', manifest])).statusCode, 200);
    await running.serveOpenly(false);
    await assert.rejects(send(running, ['HEAD', manifest]), { code: 'ECONNREFUSED' });
  });
});
