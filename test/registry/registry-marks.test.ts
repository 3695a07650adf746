import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anonymous } from '../../src/engine/keyring/credential.ts';
import { publicRegistry } from '../support/registries.ts';
import type { RegistryScript, Rule } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { client, inWords, question, soon } from './client.ts';
import { manifestResponse, testResolve } from './resolve-case.ts';

const html = { headers: { 'Content-Type': 'text/html' }, body: '<h1>it works</h1>' };

/** A host that answers every path like this, also `/v2/`. */
function everywhere(response: Rule['do']): RegistryScript {
  return publicRegistry({ rules: [{ match: {}, do: response }] });
}

describe('resolve at a host that is not a registry', () => {
  testResolve([
    {
      name: 'the 404 of an ingress',
      script: everywhere({ status: 404, body: '404 page not found' }),
      expected: 'unreachable web-page manifest HEAD 404',
    },
    {
      name: 'the 403 page of a firewall',
      script: everywhere({ status: 403, ...html }),
      expected: 'unreachable web-page manifest HEAD 403',
    },
    {
      name: 'a maintenance page with 200',
      script: everywhere({ status: 200, ...html }),
      expected: 'unreachable web-page manifest GET 200',
    },
    { name: 'a 404 without a body', script: everywhere({ status: 404 }), expected: 'not-found manifest HEAD 404' },
    {
      name: 'a 404 with the header of the distribution API',
      script: everywhere({ status: 404, headers: { 'Docker-Distribution-Api-Version': 'registry/2.0' }, body: 'x' }),
      expected: 'not-found manifest HEAD 404',
    },
    {
      name: 'a 404 with an error body',
      script: everywhere({ status: 404, body: { errors: [{ code: 'MANIFEST_UNKNOWN' }] } }),
      expected: 'not-found manifest HEAD 404 MANIFEST_UNKNOWN',
    },
  ]);
});

describe('resolve at a registry, which answers /v2/', () => {
  testResolve([
    {
      name: 'a 404 page',
      script: publicRegistry({ rules: manifestResponse(404, html) }),
      expected: 'not-found manifest HEAD 404',
      requests: 3,
    },
    {
      name: 'a 403 page',
      script: publicRegistry({ rules: manifestResponse(403, html) }),
      expected: 'refused no-credentials manifest HEAD 403',
    },
    {
      name: 'a page instead of a manifest',
      script: publicRegistry({ rules: manifestResponse(200, html) }),
      expected: 'unsupported media-type manifest GET 200',
    },
  ]);
});

test('/v2/ of a host is asked once, for all images and callers', async () => {
  await using running = await startScript(everywhere({ status: 404, ...html }));
  await using asked = client();
  const host = String(running.symbols['registry']);
  const tags = ['v1', 'v2', 'v3'];
  const answers = await Promise.all(tags.map((tag) => asked.registry.resolve(question(host, anonymous, tag), soon())));
  assert.deepEqual(answers.map(inWords), Array(3).fill('unreachable web-page manifest HEAD 404'));
  assert.equal(running.log.filter(({ path }) => path === '/v2/').length, 1);
});
