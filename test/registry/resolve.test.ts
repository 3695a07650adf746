import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anonymous, type Credential } from '../../src/engine/keyring/credential.ts';
import { basicRegistry, bearerRegistry, publicRegistry } from '../support/registries.ts';
import { issueToken } from '../support/scripted-registry/identity.ts';
import type { RegistryScript, ServerScript } from '../support/scripted-registry/script.ts';
import { alices, askOnce, basicCredential, inWords, mallorys } from './client.ts';

type Rules = NonNullable<ServerScript['rules']>;

const manifests = '/manifests/';

/** Answers to the first `times` requests for manifests, all by default. */
function says(
  status: number,
  change: { times?: number; method?: string; headers?: Record<string, string>; body?: string | object } = {},
): Rules {
  const { times, method, headers = {}, body = '' } = change;
  const match = { path: manifests, ...(method !== undefined && { method }) };
  return [{ match, do: { status, headers, body }, ...(times !== undefined && { times }) }];
}

function error(code: string): object {
  return { errors: [{ code, message: 'words that are not shown' }] };
}

interface Case {
  readonly it: string;
  readonly script: RegistryScript;
  readonly credential?: Credential;
  readonly is: string;
  /** HTTP requests that the registry sees. */
  readonly requests?: number;
}

const cases: readonly Case[] = [
  { it: 'a public image', script: publicRegistry(), is: 'found', requests: 1 },
  {
    it: 'a public image behind Basic to a wrong credential',
    script: publicRegistry(),
    credential: mallorys,
    is: 'found',
    requests: 1,
  },
  { it: 'a private image to its owner', script: basicRegistry(), credential: alices, is: 'found', requests: 2 },
  {
    it: 'a private image to nobody',
    script: basicRegistry(),
    is: 'refused no-credentials manifest HEAD 401 UNAUTHORIZED',
  },
  {
    it: 'a private image to an empty password',
    script: basicRegistry(),
    credential: basicCredential('alice', ''),
    is: 'refused no-credentials manifest HEAD 401 UNAUTHORIZED',
  },
  {
    it: 'a private image to a stranger',
    script: basicRegistry(),
    credential: mallorys,
    is: 'refused rejected manifest HEAD 401 UNAUTHORIZED',
  },
  { it: 'an image behind tokens to its owner', script: bearerRegistry(), credential: alices, is: 'found', requests: 4 },
  {
    it: 'an image behind tokens to a stranger',
    script: bearerRegistry(),
    credential: mallorys,
    is: 'refused token-refused token GET 401 UNAUTHORIZED',
  },
  {
    it: 'an image behind tokens to nobody',
    script: bearerRegistry(),
    is: 'refused no-credentials manifest HEAD 401 DENIED',
  },
  {
    it: 'a challenge of another scheme',
    script: basicRegistry({ auth: { scheme: 'basic', users: {}, challenge: 'Negotiate' } }),
    credential: alices,
    is: 'refused challenge manifest HEAD 401 UNAUTHORIZED',
  },
  { it: 'HEAD 405', script: publicRegistry({ rules: says(405, { method: 'HEAD' }) }), is: 'found', requests: 2 },
  {
    it: 'HEAD 404, GET 200',
    script: publicRegistry({ rules: says(404, { method: 'HEAD' }) }),
    is: 'not-found manifest HEAD 404 GET 200',
    requests: 2,
  },
  {
    it: 'HEAD 401 without challenge, GET 200',
    script: publicRegistry({ rules: says(401, { method: 'HEAD' }) }),
    is: 'refused challenge manifest HEAD 401 GET 200',
  },
  {
    it: 'HEAD 403, GET 200',
    script: publicRegistry({ rules: says(403, { method: 'HEAD' }) }),
    credential: alices,
    is: 'refused no-permission manifest HEAD 403 GET 200',
  },
  {
    it: 'HEAD 501, GET 200',
    script: publicRegistry({ rules: says(501, { method: 'HEAD' }) }),
    is: 'unreachable server-error manifest HEAD 501 GET 200',
  },
  {
    it: 'a 404 that hides a quota',
    script: publicRegistry({ rules: says(404, { body: error('TOOMANYREQUESTS') }) }),
    is: 'throttled manifest GET 404 TOOMANYREQUESTS',
  },
  {
    it: 'a 400 of an expired token',
    script: publicRegistry({ rules: says(400, { body: error('DENIED') }) }),
    is: 'refused rejected manifest GET 400 DENIED',
  },
  {
    it: 'a code that is no code',
    script: publicRegistry({ rules: says(404, { body: error('call 555') }) }),
    is: 'not-found manifest HEAD 404',
  },
  { it: 'one 503', script: publicRegistry({ rules: says(503, { times: 1 }) }), is: 'found', requests: 2 },
  {
    it: 'two 503',
    script: publicRegistry({ rules: says(503, { times: 2 }) }),
    is: 'unreachable server-error manifest HEAD 503',
    requests: 2,
  },
  {
    it: 'a 503 that asks to wait',
    script: publicRegistry({ rules: says(503, { times: 1, headers: { 'Retry-After': '30' } }) }),
    is: 'unreachable server-error manifest HEAD 503',
    requests: 1,
  },
  {
    it: 'one 502',
    script: publicRegistry({ rules: says(502, { times: 1 }) }),
    is: 'unreachable server-error manifest HEAD 502',
    requests: 1,
  },
  { it: 'four 408', script: publicRegistry({ rules: says(408, { times: 4 }) }), is: 'found', requests: 5 },
  {
    it: 'five 408',
    script: publicRegistry({ rules: says(408, { times: 5 }) }),
    is: 'unreachable timeout manifest HEAD 408 GET 200',
    requests: 6,
  },
  {
    it: 'a 500 and then a 503',
    script: publicRegistry({ rules: [...says(500, { times: 1 }), ...says(503, { times: 1 })] }),
    is: 'found',
    requests: 3,
  },
  {
    it: 'one reset of a new connection',
    script: publicRegistry({ rules: [{ match: { path: manifests }, do: { reset: true }, times: 1 }] }),
    is: 'unreachable reset manifest HEAD',
    requests: 1,
  },
  {
    it: 'one reset of a connection that was kept',
    script: bearerRegistry({
      rules: [{ match: { path: manifests, authorized: true }, do: { reset: true }, times: 1 }],
    }),
    credential: alices,
    is: 'found',
    requests: 5,
  },
  {
    it: 'one 401 to the right password',
    script: basicRegistry({
      rules: [
        {
          match: { path: manifests, authorized: true },
          do: { status: 401, headers: { 'Www-Authenticate': 'Basic realm="x"' } },
          times: 1,
        },
      ],
    }),
    credential: alices,
    is: 'found',
    requests: 3,
  },
  {
    it: 'an empty digest header',
    script: publicRegistry({
      rules: [{ match: { path: manifests }, do: { serve: true, setHeaders: { 'Docker-Content-Digest': '' } } }],
    }),
    is: 'found',
    requests: 2,
  },
  {
    it: 'one 429',
    script: publicRegistry({ rules: says(429, { times: 1 }) }),
    is: 'throttled manifest HEAD 429',
    requests: 1,
  },
  {
    it: 'one 429 that asks for no wait',
    script: publicRegistry({ rules: says(429, { times: 1, headers: { 'Retry-After': '0' } }) }),
    is: 'found',
    requests: 2,
  },
  {
    it: '429 for ever that asks for no wait',
    script: publicRegistry({ rules: says(429, { headers: { 'Retry-After': '0' } }) }),
    is: 'throttled manifest HEAD 429',
    requests: 2,
  },
  {
    it: 'a redirect to nowhere',
    script: publicRegistry({ rules: says(307, { headers: { Location: '//[' } }) }),
    is: 'not-asked redirect',
    requests: 1,
  },
  {
    it: 'a redirect without a target',
    script: publicRegistry({ rules: says(301) }),
    is: 'unreachable protocol manifest HEAD 301',
  },
  {
    it: 'a redirect to itself',
    script: publicRegistry({ rules: says(307, { headers: { Location: '?again' } }) }),
    is: 'not-asked redirect',
    requests: 6,
  },
  {
    it: 'a redirect to a file',
    script: publicRegistry({ rules: says(307, { headers: { Location: 'file:///etc/passwd' } }) }),
    is: 'not-asked redirect',
  },
  {
    it: 'a redirect to a metadata service',
    script: publicRegistry({ rules: says(307, { headers: { Location: 'http://169.254.169.254/latest' } }) }),
    is: 'not-asked address',
    requests: 1,
  },
  {
    it: 'a redirect to one in another spelling',
    script: publicRegistry({ rules: says(307, { headers: { Location: 'http://2852039166/latest' } }) }),
    is: 'not-asked address',
    requests: 1,
  },
  {
    it: 'headers of 20 KiB',
    script: publicRegistry({ rules: says(200, { headers: { 'X-Much': 'x'.repeat(20_000) } }) }),
    is: 'unreachable protocol manifest HEAD',
  },
  {
    it: 'a token endpoint that is down for a moment',
    script: bearerRegistry({ rules: [{ match: { path: '^/token' }, do: { status: 503 }, times: 1 }] }),
    credential: alices,
    is: 'unreachable server-error token POST 503',
  },
  {
    it: 'a token in a field of another case',
    script: bearerRegistry({
      auth: { scheme: 'bearer', anonymous: ['*'] },
      rules: [{ match: { path: '^/token' }, do: { status: 200, body: { Token: issueToken('') } } }],
    }),
    is: 'found',
  },
  {
    it: 'a token that was issued at no time',
    script: bearerRegistry({
      rules: [{ match: { path: '^/token' }, do: { status: 200, body: { token: 't', issued_at: 'noon' } } }],
    }),
    is: 'unreachable token-answer token GET 200',
  },
  {
    it: 'an https realm at a registry that speaks plain http',
    script: bearerRegistry({
      auth: {
        scheme: 'bearer',
        users: { alice: { password: 's3cret' } },
        challenge: 'Bearer realm="https://{{registry}}/token"',
      },
    }),
    credential: alices,
    is: 'found',
  },
  {
    it: 'a token endpoint that is down',
    script: bearerRegistry({ rules: [{ match: { path: '^/token' }, do: { status: 502 } }] }),
    credential: alices,
    is: 'unreachable server-error token POST 502',
  },
  {
    it: 'a token endpoint that redirects',
    script: bearerRegistry({
      rules: [{ match: { path: '^/token' }, do: { status: 302, headers: { Location: '/elsewhere' } } }],
    }),
    credential: alices,
    is: 'unreachable token-answer token POST 302',
  },
  {
    it: 'a token of 200 KiB',
    script: bearerRegistry({
      rules: [{ match: { path: '^/token' }, do: { status: 200, body: { access_token: 'x'.repeat(200_000) } } }],
    }),
    credential: alices,
    is: 'unreachable token-answer token POST 200',
  },
  {
    it: 'a token with a line break',
    script: bearerRegistry({
      rules: [{ match: { path: '^/token' }, do: { status: 200, body: { access_token: 'x\r\nHost: y' } } }],
    }),
    credential: alices,
    is: 'unreachable token-answer token POST 200',
  },
  {
    it: 'a POST that answers with the name of GET',
    script: bearerRegistry({ rules: [{ match: { path: '^/token' }, do: { status: 200, body: { token: 'x' } } }] }),
    credential: alices,
    is: 'unreachable token-answer token POST 200',
  },
  {
    it: 'an expiry that is text',
    script: bearerRegistry({
      rules: [{ match: { path: '^/token' }, do: { status: 200, body: { access_token: 'x', expires_in: '300' } } }],
    }),
    credential: alices,
    is: 'unreachable token-answer token POST 200',
  },
  {
    it: 'nobody there',
    script: publicRegistry({ listen: 'closed' }),
    is: 'unreachable connection-refused manifest HEAD',
  },
  { it: 'resets', script: publicRegistry({ listen: 'reset' }), is: 'unreachable reset manifest HEAD' },
];

for (const { it, script, credential = anonymous, is, requests } of cases) {
  test(`resolve: ${it} is ${is}`, async () => {
    const { answer, log } = await askOnce(script, credential);
    assert.equal(inWords(answer), is);
    const seen = log.filter(({ method }) => !method.startsWith('('));
    if (requests !== undefined) assert.equal(seen.length, requests);
  });
}

test('no answer says what a registry wrote, or what was sent to it', async () => {
  const { answer } = await askOnce(publicRegistry({ rules: says(403, { body: error('DENIED') }) }), alices);
  assert.doesNotMatch(JSON.stringify(answer), /words that are not shown|s3cret|alice/);
});
