import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPullgate } from '../support/pullgate.ts';
import { basicRegistry, bearerRegistry, smallImage } from '../support/registries.ts';
import { issueToken } from '../support/scripted-registry/identity.ts';
import type { RegistryScript, ServerScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { reviewImage, requestsIn, testImages, type ImageCase } from './support/image-case.ts';
import { secretWithAuths, entryOf, goodSecret, wrongSecret } from './support/secrets.ts';
import { kindsIn } from './support/kinds-in.ts';

/** A registry whose token endpoint responds with this body. */
function tokenResponse(body: unknown, headers: Record<string, string> = {}): RegistryScript {
  return bearerRegistry({ rules: [{ match: { path: '^/token' }, do: { status: 200, headers, body } }] });
}

const access_token = issueToken('alice');
const padding = 'x'.repeat(5 * 1024 * 1024);

const good: readonly (readonly [it: string, body: object])[] = [
  ['with both fields for a token', { access_token, token: 'another' }],
  ['that expires at once', { access_token, expires_in: 0 }],
  ['that has expired', { access_token, expires_in: -1 }],
  ['that expires in 30,000 years', { access_token, expires_in: 1e12 }],
  ['without an expiry', { access_token, expires_in: null }],
  ['issued long ago', { access_token, expires_in: 300, issued_at: '1970-01-01T00:00:00Z' }],
  ['issued in the future', { access_token, expires_in: 300, issued_at: '2999-01-01T00:00:00Z' }],
];

const bad: readonly (readonly [it: string, body: unknown])[] = [
  ['without a token', {}],
  ['with the wrong field for a token', { token: access_token }],
  ['with an empty token', { access_token: '' }],
  ['with a token that is not a text', { access_token: { a: 1 } }],
  ['with a token that has two lines', { access_token: `${access_token}\r\nHost: elsewhere` }],
  ['with an expiry that is a text', { access_token, expires_in: '300' }],
  ['with an expiry that is not an integer', { access_token, expires_in: 0.5 }],
  ['with an invalid time of issue', { access_token, issued_at: 'noon' }],
  ['that is a list', [access_token]],
  ['that is null', null],
  ['that is empty', ''],
  ['that is HTML', '<html><body>Sign in</body></html>'],
  ['of 5 MB', { access_token, padding }],
];

const bodies: readonly ImageCase[] = [
  ...good.map(([it, body]): ImageCase => ({
    it: `F53 a token response ${it} is accepted`,
    registry: tokenResponse(body),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    findings: [],
  })),
  ...bad.map(([it, body]): ImageCase => ({
    it: `F53 a token response ${it} is invalid, and gives a warning`,
    registry: tokenResponse(body),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    findings: ['registry-unreachable: token-answer'],
  })),
];

/** The status of POST, the status of the GET after it (undefined: a token), and the findings. */
const endpoints: readonly (readonly [post: number, get: number | undefined, findings: readonly string[]])[] = [
  [400, undefined, []],
  [401, undefined, []],
  [404, undefined, []],
  [405, undefined, []],
  [403, undefined, ['access-denied: token-refused']],
  [429, undefined, ['rate-limited']],
  [500, undefined, ['registry-unreachable: server-error']],
  [401, 401, ['access-denied: token-refused']],
  [404, 403, ['access-denied: token-refused']],
  [405, 400, ['registry-unreachable: protocol']],
  [404, 404, ['registry-unreachable: token-answer']],
  [405, 405, ['registry-unreachable: protocol']],
  [405, 429, ['rate-limited']],
];

function endpointCase([post, get, findings]: (typeof endpoints)[number]): ImageCase {
  const byGet = get === undefined ? [] : [{ match: { path: '^/token', method: 'GET' }, do: { status: get } }];
  const rules = [{ match: { path: '^/token', method: 'POST' }, do: { status: post } }, ...byGet];
  return {
    it: `F54 a token endpoint responds ${post} to POST${get === undefined ? '' : ` and ${get} to GET`}`,
    registry: bearerRegistry({ rules }),
    secrets: (host) => [goodSecret(host)],
    allowed: findings.every((finding) => !finding.startsWith('access-denied')),
    findings,
  };
}

const grants: readonly ImageCase[] = [
  {
    it: 'F55 a token with less than the requested scope is refused by the registry, and requested once',
    registry: bearerRegistry({
      auth: { scheme: 'bearer', users: { alice: { password: 's3cret', repositories: ['team/other'] } } },
    }),
    secrets: (host) => [goodSecret(host)],
    allowed: false,
    findings: ['access-denied: no-permission'],
    requests: [
      'registry HEAD nobody 401',
      'registry POST form alice 405',
      'registry GET Basic alice 200',
      'registry HEAD Bearer alice 401',
      // The GET for the explanation.
      'registry GET Bearer alice 401',
      // The image might be public.
      'registry HEAD nobody 401',
      'registry GET nobody 200',
      'registry HEAD Bearer anonymous 401',
      'registry GET Bearer anonymous 401',
    ],
  },
  {
    it: 'F57 of three credentials, the accepted one is used',
    registry: basicRegistry({
      auth: {
        scheme: 'basic',
        users: { alice: { password: 's3cret' }, bob: { password: 'b0bs', repositories: [] } },
        denied: { status: 403 },
      },
    }),
    secrets: (host) => [
      wrongSecret(host),
      secretWithAuths({ [host]: entryOf({ username: 'bob', password: 'b0bs' }) }),
      goodSecret(host),
    ],
    allowed: true,
    findings: [],
  },
];

testImages([...bodies, ...endpoints.map(endpointCase), ...grants]);

/** A registry with two tags. `rule` applies to requests with a token for the second tag. */
function withSecondTag(rule: Partial<NonNullable<ServerScript['rules']>[number]>): RegistryScript {
  const image = smallImage();
  const tags = { v1: 'manifest', v2: 'manifest' };
  const match = { path: '/manifests/v2', authorized: true };
  return bearerRegistry(
    { rules: [{ match, do: {}, ...rule }] },
    { ...image, repository: { ...image.repository, tags } },
  );
}

const code = { 400: 'DENIED', 401: 'UNAUTHORIZED', 403: 'DENIED' } as const;

for (const status of [401, 403, 400] as const) {
  const body = { errors: [{ code: code[status], message: 'Your authorization token has expired.' }] };

  for (const { it, times, allowed, kinds } of [
    { it: 'is replaced', times: 1, allowed: true, kinds: [] },
    { it: 'is replaced only once', allowed: false, kinds: ['access-denied'] },
  ]) {
    test(`F56 an expired token that gets ${status} ${it}`, async () => {
      await using script = await startScript(
        withSecondTag({ do: { status, body }, ...(times === undefined ? {} : { times }) }),
      );
      await using pullgate = await startPullgate();
      const host = String(script.symbols['registry']);
      const secrets = [goodSecret(host)];
      assert.equal((await reviewImage(pullgate, `${host}/team/app:v1`, secrets)).allowed, true);
      script.log.length = 0;
      const answer = await reviewImage(pullgate, `${host}/team/app:v2`, secrets);
      assert.equal(answer.allowed, allowed, answer.text);
      assert.deepEqual(answer.kinds, kinds);
      const tokens = requestsIn(script.log).filter((line) => line === 'registry GET Basic alice 200');
      assert.ok(tokens.length >= 1 && tokens.length <= 2, requestsIn(script.log).join('\n'));
      await assertHealthy(pullgate);
    });
  }
}

test('F53 a token that expires at once is still kept for a minute', async () => {
  await using script = await startScript(
    bearerRegistry({ token: { users: { alice: { password: 's3cret' } }, expiresIn: 0 } }),
  );
  await using pullgate = await startPullgate();
  const host = String(script.symbols['registry']);
  for (const tag of ['v1', 'v1@sha256:'.padEnd(74, '0')]) {
    const answer = await reviewImage(pullgate, `${host}/team/app:${tag}`, [goodSecret(host)]);
    assert.deepEqual(kindsIn(answer), tag === 'v1' ? [] : ['image-not-found']);
  }
  const tokens = requestsIn(script.log).filter((line) => line === 'registry GET Basic alice 200');
  assert.equal(tokens.length, 1);
});
