import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPullgate } from '../support/pullgate.ts';
import { basicRegistry, bearerRegistry, smallImage } from '../support/registries.ts';
import { issueToken } from '../support/scripted-registry/identity.ts';
import type { RegistryScript, ServerScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './healthy.ts';
import { reviewImage, seenBy, testImages, type ImageCase } from './image-case.ts';
import { auths, entryOf, goodSecret, wrongSecret } from './secrets.ts';
import { told } from './told.ts';

/** A registry whose token endpoint answers a POST with this. */
function posting(body: unknown, headers: Record<string, string> = {}): RegistryScript {
  return bearerRegistry({ rules: [{ match: { path: '^/token' }, do: { status: 200, headers, body } }] });
}

const access_token = issueToken('alice');
const padding = 'x'.repeat(5 * 1024 * 1024);

const good: readonly (readonly [it: string, body: object])[] = [
  ['with both names for a token', { access_token, token: 'another' }],
  ['that expires at once', { access_token, expires_in: 0 }],
  ['that has expired', { access_token, expires_in: -1 }],
  ['that expires in 30,000 years', { access_token, expires_in: 1e12 }],
  ['of no expiry', { access_token, expires_in: null }],
  ['issued long ago', { access_token, expires_in: 300, issued_at: '1970-01-01T00:00:00Z' }],
  ['issued in the future', { access_token, expires_in: 300, issued_at: '2999-01-01T00:00:00Z' }],
];

const bad: readonly (readonly [it: string, body: unknown])[] = [
  ['without a token', {}],
  ['with the other name for a token', { token: access_token }],
  ['with an empty token', { access_token: '' }],
  ['with a token that is no text', { access_token: { a: 1 } }],
  ['with a token of two lines', { access_token: `${access_token}\r\nHost: elsewhere` }],
  ['whose expiry is text', { access_token, expires_in: '300' }],
  ['whose expiry is no whole number', { access_token, expires_in: 0.5 }],
  ['issued at no time', { access_token, issued_at: 'noon' }],
  ['that is a list', [access_token]],
  ['that is null', null],
  ['that is empty', ''],
  ['in HTML', '<html><body>Sign in</body></html>'],
  ['of 5 MB', { access_token, padding }],
];

const bodies: readonly ImageCase[] = [
  ...good.map(([it, body]): ImageCase => ({
    it: `F53 a token answer ${it} will do`,
    registry: posting(body),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    told: [],
  })),
  ...bad.map(([it, body]): ImageCase => ({
    it: `F53 a token answer ${it} is none, and no verdict`,
    registry: posting(body),
    secrets: (host) => [goodSecret(host)],
    allowed: true,
    told: ['registry-unreachable: token-answer'],
  })),
];

/** What POST says, what GET says after it (undefined: it gives a token), and what comes of it. */
const endpoints: readonly (readonly [post: number, get: number | undefined, told: readonly string[]])[] = [
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

function endpointCase([post, get, words]: (typeof endpoints)[number]): ImageCase {
  const byGet = get === undefined ? [] : [{ match: { path: '^/token', method: 'GET' }, do: { status: get } }];
  const rules = [{ match: { path: '^/token', method: 'POST' }, do: { status: post } }, ...byGet];
  return {
    it: `F54 a token endpoint that says ${post} to POST${get === undefined ? '' : ` and ${get} to GET`}`,
    registry: bearerRegistry({ rules }),
    secrets: (host) => [goodSecret(host)],
    allowed: words.every((word) => !word.startsWith('access-denied')),
    told: words,
  };
}

const grants: readonly ImageCase[] = [
  {
    it: 'F55 a token for less than was asked for shows at the registry, and is asked for once',
    registry: bearerRegistry({
      auth: { scheme: 'bearer', users: { alice: { password: 's3cret', repositories: ['team/other'] } } },
    }),
    secrets: (host) => [goodSecret(host)],
    allowed: false,
    told: ['access-denied: no-permission'],
    seen: [
      'registry HEAD nobody 401',
      'registry POST form alice 405',
      'registry GET Basic alice 200',
      'registry HEAD Bearer alice 401',
      // What it says in words.
      'registry GET Bearer alice 401',
    ],
  },
  {
    it: 'F57 of three credentials the one is tried that is let in',
    registry: basicRegistry({
      auth: {
        scheme: 'basic',
        users: { alice: { password: 's3cret' }, bob: { password: 'b0bs', repositories: [] } },
        denied: { status: 403 },
      },
    }),
    secrets: (host) => [
      wrongSecret(host),
      auths({ [host]: entryOf({ username: 'bob', password: 'b0bs' }) }),
      goodSecret(host),
    ],
    allowed: true,
    told: [],
  },
];

testImages([...bodies, ...endpoints.map(endpointCase), ...grants]);

/** A registry with two tags, which is told what to say to those who come for the second with a token. */
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

  for (const { it, times, allowed, words } of [
    { it: 'is fetched anew', times: 1, allowed: true, words: [] },
    { it: 'is fetched anew once, and no more', allowed: false, words: ['access-denied'] },
  ]) {
    test(`F56 a token that has expired and reads ${status} ${it}`, async () => {
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
      assert.deepEqual(answer.kinds, words);
      const tokens = seenBy(script.log).filter((line) => line === 'registry GET Basic alice 200');
      assert.ok(tokens.length >= 1 && tokens.length <= 2, seenBy(script.log).join('\n'));
      await assertHealthy(pullgate);
    });
  }
}

test('F53 a token that expires at once is kept for a minute all the same', async () => {
  await using script = await startScript(
    bearerRegistry({ token: { users: { alice: { password: 's3cret' } }, expiresIn: 0 } }),
  );
  await using pullgate = await startPullgate();
  const host = String(script.symbols['registry']);
  for (const tag of ['v1', 'v1@sha256:'.padEnd(74, '0')]) {
    const answer = await reviewImage(pullgate, `${host}/team/app:${tag}`, [goodSecret(host)]);
    assert.deepEqual(told(answer), tag === 'v1' ? [] : ['image-not-found']);
  }
  const tokens = seenBy(script.log).filter((line) => line === 'registry GET Basic alice 200');
  assert.equal(tokens.length, 1);
});
