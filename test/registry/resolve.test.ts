import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { basicRegistry, bearerRegistry, publicRegistry } from '../support/registries.ts';
import { alices, askOnce, basicCredential, mallorys } from './client.ts';
import { errorBody, manifestResponse, testResolve } from './resolve-case.ts';

describe('resolve with a credential', () => {
  testResolve([
    { name: 'public image, no credential', script: publicRegistry(), expected: 'found', requests: 1 },
    {
      name: 'public image, wrong credential, Basic',
      script: publicRegistry(),
      credential: mallorys,
      expected: 'found',
      requests: 1,
    },
    {
      name: 'private image, right credential, Basic',
      script: basicRegistry(),
      credential: alices,
      expected: 'found',
      requests: 2,
    },
    {
      name: 'private image, no credential, Basic',
      script: basicRegistry(),
      expected: 'refused no-credentials manifest HEAD 401 UNAUTHORIZED',
    },
    {
      name: 'private image, empty password, Basic',
      script: basicRegistry(),
      credential: basicCredential('alice', ''),
      expected: 'refused no-credentials manifest HEAD 401 UNAUTHORIZED',
    },
    {
      name: 'private image, wrong credential, Basic',
      script: basicRegistry(),
      credential: mallorys,
      expected: 'refused rejected manifest HEAD 401 UNAUTHORIZED',
    },
    {
      name: 'private image, right credential, Bearer',
      script: bearerRegistry(),
      credential: alices,
      expected: 'found',
      requests: 4,
    },
    {
      name: 'private image, wrong credential, Bearer',
      script: bearerRegistry(),
      credential: mallorys,
      expected: 'refused token-refused token GET 401 UNAUTHORIZED',
    },
    {
      name: 'private image, no credential, Bearer',
      script: bearerRegistry(),
      expected: 'refused no-credentials manifest HEAD 401 DENIED',
    },
    {
      name: 'challenge with an unknown scheme',
      script: basicRegistry({ auth: { scheme: 'basic', users: {}, challenge: 'Negotiate' } }),
      credential: alices,
      expected: 'refused challenge manifest HEAD 401 UNAUTHORIZED',
    },
  ]);

  test('the answer contains neither the message of the registry nor the credential', async () => {
    const { answer } = await askOnce(
      publicRegistry({ rules: manifestResponse(403, { body: errorBody('DENIED') }) }),
      alices,
    );
    assert.doesNotMatch(JSON.stringify(answer), /message that is not shown|s3cret|alice/);
  });
});

describe('resolve of an image that a registry refuses for a reason in words', () => {
  test('keeps the meaning of the message after a GET, and nothing of its text', async () => {
    const body = { errors: [{ code: 'DENIED', message: "client with IP '192.0.2.1' is not allowed access" }] };
    const { answer } = await askOnce(publicRegistry({ rules: manifestResponse(403, { body }) }), alices);
    assert(answer.kind === 'refused');
    assert.equal(answer.evidence.objection, 'address');
    assert.doesNotMatch(JSON.stringify(answer), /client|192/);
  });

  for (const [it, script, unsent] of [
    ['a registry that asks for no login', publicRegistry({ rules: manifestResponse(403) }), true],
    ['a registry that asks for a login', basicRegistry({ auth: { scheme: 'basic', users: {} } }), undefined],
  ] as const) {
    test(`tells whether the credential was sent: ${it}`, async () => {
      const { answer } = await askOnce(script, alices);
      assert(answer.kind === 'refused' || answer.kind === 'not-found');
      assert.equal(answer.evidence.unsent, unsent);
    });
  }

  test('needs no message for 402', async () => {
    const { answer } = await askOnce(publicRegistry({ rules: manifestResponse(402) }), alices);
    assert(answer.kind === 'refused');
    assert.equal(answer.evidence.objection, 'unpaid');
  });
});

describe('resolve if HEAD and GET differ', () => {
  testResolve([
    {
      name: 'HEAD 405',
      script: publicRegistry({ rules: manifestResponse(405, { method: 'HEAD' }) }),
      expected: 'found',
      requests: 2,
    },
    {
      name: 'HEAD without a digest',
      script: publicRegistry({
        rules: [{ match: { path: '/manifests/' }, do: { serve: true, setHeaders: { 'Docker-Content-Digest': '' } } }],
      }),
      expected: 'found',
      requests: 2,
    },
    {
      name: 'HEAD 404, GET 200',
      script: publicRegistry({ rules: manifestResponse(404, { method: 'HEAD' }) }),
      expected: 'not-found manifest HEAD 404 GET 200',
      requests: 2,
    },
    {
      name: 'HEAD 401 without a challenge, GET 200',
      script: publicRegistry({ rules: manifestResponse(401, { method: 'HEAD' }) }),
      expected: 'refused challenge manifest HEAD 401 GET 200',
    },
    {
      name: 'HEAD 403, GET 200',
      script: publicRegistry({ rules: manifestResponse(403, { method: 'HEAD' }) }),
      credential: alices,
      expected: 'refused no-permission manifest HEAD 403 GET 200',
    },
    {
      name: 'HEAD 501, GET 200',
      script: publicRegistry({ rules: manifestResponse(501, { method: 'HEAD' }) }),
      expected: 'unreachable server-error manifest HEAD 501 GET 200',
    },
  ]);
});

describe('resolve with an error code that only GET returns', () => {
  testResolve([
    {
      name: '404 with the code of a quota',
      script: publicRegistry({ rules: manifestResponse(404, { body: errorBody('TOOMANYREQUESTS') }) }),
      expected: 'throttled manifest GET 404 TOOMANYREQUESTS',
    },
    {
      name: '400 for an expired token',
      script: publicRegistry({ rules: manifestResponse(400, { body: errorBody('DENIED') }) }),
      expected: 'refused rejected manifest GET 400 DENIED',
    },
    {
      name: '404 with an unknown code',
      script: publicRegistry({ rules: manifestResponse(404, { body: errorBody('call 555') }) }),
      expected: 'not-found manifest HEAD 404',
    },
  ]);
});

describe('resolve without a usable response', () => {
  testResolve([
    {
      name: 'no server',
      script: publicRegistry({ listen: 'closed' }),
      expected: 'unreachable connection-refused manifest HEAD',
    },
    {
      name: 'each connection is reset',
      script: publicRegistry({ listen: 'reset' }),
      expected: 'unreachable reset manifest HEAD',
    },
    {
      name: 'headers of 20 KiB',
      script: publicRegistry({ rules: manifestResponse(200, { headers: { 'X-Much': 'x'.repeat(20_000) } }) }),
      expected: 'unreachable protocol manifest HEAD',
    },
  ]);
});
