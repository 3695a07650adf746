import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Failure, UnreachableReason } from '../../../src/engine/answer.ts';
import { discreetRegistry } from '../../../src/registry/decorators/discreet-registry.ts';
import type { PortAnswer } from '../../../src/registry/decorators/decorate-each.ts';
import { failures, notFound, refused, unreachable } from '../../support/answers.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { fakeRegistry, found, patient, question } from '../../support/fake-registry.ts';

const registry = 'r.internal:5000';

/** Asks for an image with each answer of the registry in turn. */
async function answersTo(
  given: readonly PortAnswer[],
  { isPrivate = true, isNamed = false }: { readonly isPrivate?: boolean; readonly isNamed?: boolean } = {},
) {
  let next = 0;
  const causes: string[] = [];
  const discreet = discreetRegistry(
    fakeRegistry(() => given[next++]),
    {
      clock: fakeClock(),
      perWindow: 60,
      windowMs: 60_000,
      maxNamespaces: 10,
      isPrivate: (host) => isPrivate && host === registry,
      isNamed: (host) => isNamed && host === registry,
      onConcealed: (_host, cause) => causes.push(cause),
    },
  );
  const answers = [];
  for (const _ of given) answers.push(await discreet.resolve(question({ registry }), patient()));
  return { answers, causes };
}

const concealed = {
  kind: 'unreachable',
  reason: 'unproven-host',
  evidence: { host: registry, asked: 'manifest', method: 'HEAD' },
} as const;

const telling: readonly UnreachableReason[] = [
  'connection-refused',
  'reset',
  'timeout',
  'tls-untrusted',
  'tls-expired',
  'tls-wrong-host',
  'tls-failed',
  'plain-http',
  'server-error',
  'token-answer',
  'web-page',
  'protocol',
];

const alike: readonly (readonly [it: string, answer: Failure, cause: string])[] = [
  ...telling.map((reason) => [reason, unreachable(reason), reason] as const),
  ['a status', unreachable('server-error', { status: 503 }), 'server-error 503'],
  ['a 404 of something else than a registry', { ...notFound, unproven: true }, 'not-found 404'],
  ['a refusal of something else than a registry', { ...refused, unproven: true }, 'rejected 401'],
  ['content of another type', { ...failures.unsupported, reason: 'media-type' }, 'media-type'],
  ['a redirect that is not followed', { kind: 'not-asked', reason: 'redirect', host: registry }, 'redirect'],
  [
    'the failure that opened a breaker',
    { kind: 'not-asked', reason: 'breaker', host: registry, because: unreachable('timeout') },
    'timeout',
  ],
];

describe('an unproven host with a private address', () => {
  for (const [it, answer, cause] of alike) {
    test(`does not tell ${it}, but the log does`, async () => {
      assert.deepEqual(await answersTo([answer]), { answers: [concealed], causes: [cause] });
    });
  }

  for (const reason of ['dns-not-found', 'dns-failed', 'proxy'] as const) {
    test(`tells ${reason}`, async () => {
      assert.deepEqual((await answersTo([unreachable(reason)])).answers, [unreachable(reason)]);
    });
  }

  for (const answer of [found, notFound, refused, failures.unsupported, failures.incomplete]) {
    test(`is proven by ${answer.kind}`, async () => {
      const after = unreachable('timeout');
      assert.deepEqual(await answersTo([answer, after]), { answers: [answer, after], causes: [] });
    });
  }

  test('is not proven by a failure', async () => {
    const { answers } = await answersTo([unreachable('web-page'), failures.throttled, unreachable('timeout')]);
    assert.deepEqual(answers, [concealed, failures.throttled, concealed]);
  });
});

describe('the exact cause stays', () => {
  test('for a public address', async () => {
    assert.deepEqual((await answersTo([unreachable('timeout')], { isPrivate: false })).answers, [
      unreachable('timeout'),
    ]);
  });

  test('for a host that the operator named', async () => {
    assert.deepEqual((await answersTo([unreachable('timeout')], { isNamed: true })).answers, [unreachable('timeout')]);
  });
});

/** How many of 70 registries are asked for a namespace. */
async function asked(answer: PortAnswer, namespace?: string, isNamed = false): Promise<number> {
  const inner = fakeRegistry(() => answer);
  const discreet = discreetRegistry(inner, {
    clock: fakeClock(),
    perWindow: 60,
    windowMs: 60_000,
    maxNamespaces: 10,
    isPrivate: () => true,
    isNamed: () => isNamed,
    onConcealed: () => undefined,
  });
  const about = namespace === undefined ? {} : { namespace };
  for (let port = 1; port <= 70; port += 1) {
    const answered = await discreet.resolve({ ...question({ registry: `r:${port}` }), ...about }, patient());
    if (port > 60 && inner.calls.length < port) {
      assert.deepEqual(answered, { kind: 'not-asked', reason: 'new-registries', host: `r:${port}` });
    }
  }
  return inner.calls.length;
}

describe('new registries', () => {
  test('are limited for a namespace', async () => assert.equal(await asked(unreachable('timeout'), 'team'), 60));
  test('are limited if they answer too', async () => assert.equal(await asked(found, 'team'), 60));
  test('are not limited without a namespace', async () => assert.equal(await asked(unreachable('timeout')), 70));
  test('do not include those that the operator named', async () => assert.equal(await asked(found, 'team', true), 70));

  test('do not include those that answered before, for any namespace', async () => {
    const inner = fakeRegistry(() => found);
    const discreet = discreetRegistry(inner, {
      clock: fakeClock(),
      perWindow: 1,
      windowMs: 60_000,
      maxNamespaces: 10,
      isPrivate: () => false,
      isNamed: () => false,
      onConcealed: () => undefined,
    });
    const from = (namespace: string, host: string) =>
      discreet.resolve({ ...question({ registry: host }), namespace }, patient());
    for (const host of ['a', 'b']) await from(`team-${host}`, host);
    const kinds = [];
    for (const host of ['a', 'b', 'c', 'd']) kinds.push((await from('team', host)).kind);
    assert.deepEqual(kinds, ['found', 'found', 'found', 'not-asked']);
  });
});
