import { describe } from 'node:test';
import { bearerRegistry } from '../../support/registries.ts';
import { issueToken } from '../../support/scripted-registry/identity.ts';
import type { RegistryScript, Rule } from '../../support/scripted-registry/script.ts';
import { alices } from '../client.ts';
import { testResolve } from '../resolve-case.ts';

/** A registry whose token endpoint always responds like this. */
function tokenEndpoint(response: Rule['do']): RegistryScript {
  return bearerRegistry({ rules: [{ match: { path: '^/token' }, do: response }] });
}

describe('resolve if the token endpoint fails', () => {
  testResolve([
    {
      name: 'one 503, without a retry',
      script: bearerRegistry({ rules: [{ match: { path: '^/token' }, do: { status: 503 }, times: 1 }] }),
      credential: alices,
      expected: 'unreachable server-error token POST 503',
    },
    {
      name: 'always 502',
      script: tokenEndpoint({ status: 502 }),
      credential: alices,
      expected: 'unreachable server-error token POST 502',
    },
    {
      name: 'a redirect',
      script: tokenEndpoint({ status: 302, headers: { Location: '/elsewhere' } }),
      credential: alices,
      expected: 'unreachable token-answer token POST 302',
    },
  ]);
});

describe('resolve with a response of the token endpoint', () => {
  testResolve([
    {
      name: 'field name in another case',
      script: bearerRegistry({
        auth: { scheme: 'bearer', anonymous: ['*'] },
        rules: [{ match: { path: '^/token' }, do: { status: 200, body: { Token: issueToken('') } } }],
      }),
      expected: 'found',
    },
    {
      name: 'invalid issue time',
      script: tokenEndpoint({ status: 200, body: { token: 't', issued_at: 'noon' } }),
      expected: 'unreachable token-answer token GET 200',
    },
    {
      name: 'token of 200 KiB',
      script: tokenEndpoint({ status: 200, body: { access_token: 'x'.repeat(200_000) } }),
      credential: alices,
      expected: 'unreachable token-answer token POST 200',
    },
    {
      name: 'token with a line break',
      script: tokenEndpoint({ status: 200, body: { access_token: 'x\r\nHost: y' } }),
      credential: alices,
      expected: 'unreachable token-answer token POST 200',
    },
    {
      name: 'response to POST with the field name for GET',
      script: tokenEndpoint({ status: 200, body: { token: 'x' } }),
      credential: alices,
      expected: 'unreachable token-answer token POST 200',
    },
    {
      name: 'lifetime as text',
      script: tokenEndpoint({ status: 200, body: { access_token: 'x', expires_in: '300' } }),
      credential: alices,
      expected: 'unreachable token-answer token POST 200',
    },
    {
      name: 'realm with https at a registry with plain http',
      script: bearerRegistry({
        auth: {
          scheme: 'bearer',
          users: { alice: { password: 's3cret' } },
          challenge: 'Bearer realm="https://{{registry}}/token"',
        },
      }),
      credential: alices,
      expected: 'found',
    },
  ]);
});
