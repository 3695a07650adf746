import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { redirectTarget } from '../../src/registry/redirect.ts';
import { publicRegistry } from '../support/registries.ts';
import type { RegistryScript, ServerScript } from '../support/scripted-registry/script.ts';
import { alices } from './client.ts';
import { manifestResponse, testResolve } from './resolve-case.ts';

const locations: readonly (readonly [status: number, location: string | undefined, target: string | undefined])[] = [
  [307, 'https://cdn.example.com/x', 'https://cdn.example.com/x'],
  [302, '/v2/y', 'https://r.example.com/v2/y'],
  [301, undefined, undefined],
  [304, '/v2/y', undefined],
  [307, 'http://r.example.com/x', 'refused'],
  [307, 'file:///etc/passwd', 'refused'],
  [307, 'https://u:p@cdn.example.com/', 'refused'],
  [307, 'https://[', 'refused'],
];

describe('redirectTarget from https://r.example.com/v2/x', () => {
  for (const [status, location, target] of locations) {
    test(`${status} to ${location ?? 'no location'}: ${target ?? 'no redirect'}`, () => {
      const answer = redirectTarget(status, location, new URL('https://r.example.com/v2/x'));
      assert.equal(answer instanceof URL ? answer.href : answer, target);
    });
  }
});

/** A registry that redirects each request for a manifest. */
function redirectTo(location: string): RegistryScript {
  return publicRegistry({ rules: manifestResponse(307, { headers: { Location: location } }) });
}

describe('resolve after a redirect', () => {
  testResolve([
    { name: 'to an invalid URL', script: redirectTo('//['), expected: 'not-asked redirect', requests: 1 },
    {
      name: 'without a location',
      script: publicRegistry({ rules: manifestResponse(301) }),
      expected: 'unreachable protocol manifest HEAD 301',
    },
    { name: 'in a loop', script: redirectTo('?again'), expected: 'not-asked redirect', requests: 10 },
    { name: 'to a file', script: redirectTo('file:///etc/passwd'), expected: 'not-asked redirect' },
    {
      name: 'to the metadata service',
      script: redirectTo('http://169.254.169.254/latest'),
      expected: 'not-asked address',
      requests: 1,
    },
    {
      name: 'to the metadata service in decimal spelling',
      script: redirectTo('http://2852039166/latest'),
      expected: 'not-asked address',
      requests: 1,
    },
  ]);
});

const users = { alice: { password: 's3cret' } };

/** A registry that redirects to another one, which asks for a token. */
function facade(auth: NonNullable<ServerScript['auth']>): RegistryScript {
  const { blobs, servers } = publicRegistry();
  const real = { ...servers['registry'], auth, token: { users } };
  const location = 'http://{{real}}/v2/team/app/manifests/v1';
  const front = { rules: manifestResponse(307, { headers: { Location: location } }) };
  return { blobs, servers: { registry: front, real } };
}

describe('resolve after a redirect to a registry that asks for a login', () => {
  testResolve([
    {
      name: 'a token for nobody is enough',
      script: facade({ scheme: 'bearer', realm: 'http://{{real}}/token', users, anonymous: ['team/*'] }),
      expected: 'found',
    },
    {
      name: 'a token for nobody is not enough',
      script: facade({ scheme: 'bearer', realm: 'http://{{real}}/token', users }),
      expected: 'refused no-credentials manifest HEAD 401 UNAUTHORIZED',
    },
    {
      name: 'a credential is never sent there',
      script: facade({ scheme: 'basic', users }),
      credential: alices,
      expected: 'not-asked redirect-login',
    },
  ]);
});
