import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
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
  /** `METHOD PATH AUTHORIZATION`, one after the other. */
  readonly ask: readonly (readonly [method: 'HEAD' | 'GET' | 'POST', path: string, authorization?: string])[];
  readonly statuses: readonly number[];
  readonly challenge?: string;
}

const cases: readonly Case[] = [
  {
    it: 'gives a public image to anybody, by tag and by digest of its contents',
    script: publicRegistry(),
    ask: [
      ['GET', '/v2/'],
      ['HEAD', manifest],
      ['GET', manifest],
      ['HEAD', '/v2/team/app/manifests/v2'],
    ],
    statuses: [200, 200, 200, 404],
  },
  {
    it: 'challenges for Basic and takes the right password alone',
    script: basicRegistry(),
    ask: [
      ['HEAD', manifest, basic],
      ['HEAD', manifest, 'Basic eDp5'],
      ['HEAD', manifest],
    ],
    statuses: [200, 401, 401],
    challenge: 'Basic realm="registry"',
  },
  {
    it: 'names realm, service and scope in a bearer challenge',
    script: bearerRegistry(),
    ask: [
      ['GET', '/token?service=scripted', basic],
      ['POST', '/token'],
      ['HEAD', manifest],
    ],
    statuses: [200, 405, 401],
    challenge: 'Bearer realm="http://{{registry}}/token",service="scripted",scope="repository:team/app:pull"',
  },
  {
    it: 'keeps a rule for the first requests only',
    script: publicRegistry({ rules: [{ match: { method: 'HEAD' }, do: { status: 503 }, times: 2 }] }),
    ask: [
      ['HEAD', manifest],
      ['GET', manifest],
      ['HEAD', manifest],
      ['HEAD', manifest],
    ],
    statuses: [503, 200, 503, 200],
  },
  {
    it: 'tells those with an Authorization header from those without',
    script: publicRegistry({ rules: [{ match: { authorized: true }, do: { status: 403 } }] }),
    ask: [
      ['HEAD', manifest],
      ['HEAD', manifest, basic],
    ],
    statuses: [200, 403],
  },
  {
    it: 'comes to rules after the authorization only when that has passed',
    script: basicRegistry({ rules: [{ do: { status: 418 }, after: 'auth' }] }),
    ask: [
      ['HEAD', manifest, basic],
      ['HEAD', manifest],
    ],
    statuses: [418, 401],
  },
];

async function ask(running: RunningScript, [method, path, authorization]: Case['ask'][number]) {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await request(running.substitute(`http://{{registry}}${path}`), { method, headers });
  await response.body.dump();
  return response;
}

for (const { it, script, ask: questions, statuses, challenge } of cases) {
  test(`the scripted registry ${it}`, async () => {
    await using running = await startScript(script);
    const responses = [];
    for (const question of questions) responses.push(await ask(running, question));
    assert.deepEqual(
      responses.map(({ statusCode }) => statusCode),
      statuses,
    );
    if (challenge !== undefined) {
      assert.equal(responses.at(-1)?.headers['www-authenticate'], running.substitute(challenge));
    }
  });
}

test('the scripted registry logs who asked for what, and no password', async () => {
  await using running = await startScript(basicRegistry());
  await ask(running, ['HEAD', manifest]);
  await ask(running, ['HEAD', manifest, basic]);
  assert.deepEqual(running.log.map(sentence), [`HEAD ${manifest} 401`, `HEAD ${manifest} Basic alice 200`]);
});

test('the scripted registry alters what it serves', async () => {
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

test('the scripted registry speaks TLS with a certificate of the test CA', async () => {
  await using running = await startScript(publicRegistry({ listen: 'https' }));
  const trusting = new Agent({ connect: { ca: await caCertificate() } });
  const url = running.substitute(`https://{{registry}}${manifest}`);
  const { statusCode, body } = await request(url, { dispatcher: trusting });
  await body.dump();
  assert.equal(statusCode, 200);
  await trusting.close();
  await assert.rejects(request(url), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
});

const ends = [
  { it: 'refuses where nothing listens', listen: 'closed', end: 'ECONNREFUSED' },
  { it: 'resets', listen: 'reset', end: 'ECONNRESET' },
] as const;

for (const { it, listen, end } of ends) {
  test(`a port of the scripted registry ${it}`, async () => {
    await using running = await startScript(publicRegistry({ listen }));
    const socket = connect(Number(running.symbols['registry.port']), '127.0.0.1', () => socket.write('x'));
    const code = await new Promise((resolve) =>
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code)),
    );
    assert.equal(code, end);
  });
}

test('the scripted registry serves openly while it is told to, even where nothing listens', async () => {
  await using running = await startScript(basicRegistry({ listen: 'closed' }));
  await running.serveOpenly(true);
  assert.equal((await ask(running, ['HEAD', manifest])).statusCode, 200);
  await running.serveOpenly(false);
  await assert.rejects(ask(running, ['HEAD', manifest]), { code: 'ECONNREFUSED' });
});
