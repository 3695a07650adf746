import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer, Unreachable } from '../../../src/engine/answer.ts';
import type { Question } from '../../../src/engine/ports.ts';
import { breakerScopes, verdictOn, type Verdict } from '../../../src/registry/decorators/breaker-scope.ts';
import { breakers, type BreakersOptions } from '../../../src/registry/decorators/breakers.ts';
import { decorateEach, type PortAnswer } from '../../../src/registry/decorators/decorate-each.ts';
import { failures, unreachable } from '../../support/answers.ts';
import { fakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { basic, fakeRegistry, found, patient, question } from '../../support/fake-registry.ts';

const afterConnect: Unreachable = { ...unreachable('timeout'), reached: true };

const verdicts: readonly (readonly [name: string, answer: PortAnswer, verdict: Verdict])[] = [
  ['a timeout before there is a connection', unreachable('timeout'), 'connection-failed'],
  ['a refused connection', unreachable('connection-refused'), 'connection-failed'],
  ['a failed TLS handshake', unreachable('tls-failed'), 'connection-failed'],
  ['a DNS server that fails', unreachable('dns-failed'), 'connection-failed'],
  ['a proxy that fails', unreachable('proxy'), 'connection-failed'],
  ['a timeout after the connection', afterConnect, 'request-failed'],
  ['a reset after the connection', { ...unreachable('reset'), reached: true }, 'request-failed'],
  ['a status of 500 or more', unreachable('server-error', { status: 503 }), 'request-failed'],
  ['a status of 408', unreachable('timeout', { status: 408 }), 'request-failed'],
  ['a token service that cannot be connected', unreachable('timeout', { asked: 'token' }), 'request-failed'],
  ['a page that is no registry', unreachable('web-page'), 'worked'],
  ['a 404', failures['not-found'], 'worked'],
  ['a list of tags', { kind: 'tags', tags: ['v1'] }, 'worked'],
  ['an empty list of tags', { kind: 'tags', tags: [] }, 'untested'],
  ['a question that was not asked', failures['not-asked'], 'untested'],
];

describe('verdictOn', () => {
  for (const [name, answer, verdict] of verdicts) {
    test(`${name}: ${verdict}`, () => assert.equal(verdictOn(answer), verdict));
  }
});

const options: Omit<BreakersOptions, 'clock'> = {
  threshold: 3,
  openMs: 10_000,
  maxOpenMs: 30_000,
  probeWaitMs: 1000,
  probeMs: 8000,
  maxGroups: 100,
};

interface Step {
  readonly ask: Question;
  readonly answer: Answer;
}

/** Asks each step in order, then asks `last`. Returns whether `last` was stopped. */
async function isStopped(
  scope: keyof typeof breakerScopes,
  steps: readonly Step[],
  last: Question,
  clock: FakeClock = fakeClock(),
): Promise<boolean> {
  const inner = fakeRegistry(() => ({ ...(steps[inner.calls.length - 1]?.answer ?? found) }));
  const breaking = decorateEach(inner, breakers(breakerScopes[scope], { ...options, clock }));
  for (const { ask } of steps) await breaking.resolve(ask, patient());
  const answer = await breaking.resolve(last, patient());
  return answer.kind === 'not-asked';
}

function of(namespace: string, repository: string, answer: Answer = afterConnect): Step {
  return { ask: { ...question({ repository }), namespace }, answer };
}

function repeated(step: Step): readonly Step[] {
  return [step, step, step];
}

const failing = ['a', 'b', 'c'].map((repository) => of('bad', repository));

const cases: readonly (readonly [
  name: string,
  scope: keyof typeof breakerScopes,
  steps: readonly Step[],
  last: Step,
  stopped: boolean,
])[] = [
  ['a host stays open for all after failures of requests', 'host', failing, of('bad', 'd'), false],
  [
    'a host is stopped for all after failures to connect',
    'host',
    ['a', 'b', 'c'].map((repository) => of('one', repository, unreachable('timeout'))),
    of('two', 'd'),
    true,
  ],
  ['three repositories in a row stop a namespace', 'namespace', failing, of('bad', 'd'), true],
  ['they do not stop another namespace', 'namespace', failing, of('good', 'd'), false],
  ['three tags of a repository do not stop a namespace', 'namespace', repeated(of('bad', 'a')), of('bad', 'd'), false],
  [
    'a success of another namespace ends the count',
    'namespace',
    [...failing.slice(0, 2), of('good', 'x', found), ...failing.slice(2)],
    of('bad', 'd'),
    false,
  ],
  [
    'a success of another namespace ends the stop',
    'namespace',
    [...failing, of('good', 'x', failures['not-found'])],
    of('bad', 'd'),
    false,
  ],
  [
    'failures to connect do not stop a namespace',
    'namespace',
    ['a', 'b', 'c'].map((repository) => of('bad', repository, unreachable('timeout'))),
    of('bad', 'd'),
    false,
  ],
  ['three failures in a row stop a repository', 'repository', repeated(of('bad', 'a')), of('good', 'a'), true],
  ['they do not stop another repository', 'repository', repeated(of('bad', 'a')), of('bad', 'b'), false],
  [
    'they do not stop the repository for another credential',
    'repository',
    repeated(of('bad', 'a')),
    { ask: question({ repository: 'a', credential: basic('ann') }), answer: found },
    false,
  ],
];

describe('what the breakers of each scope stop', () => {
  for (const [name, scope, steps, { ask }, stopped] of cases) {
    test(name, async () => assert.equal(await isStopped(scope, steps, ask), stopped));
  }

  test('calls that shared one request count as one failure', async () => {
    const inner = fakeRegistry(() => afterConnect);
    const breaking = decorateEach(inner, breakers(breakerScopes.repository, { ...options, clock: fakeClock() }));
    for (let index = 0; index < 5; index += 1) await breaking.resolve(question(), patient());
    assert.equal(inner.calls.length, 5);
  });

  test('a probe that another part stops leaves the next call to be the probe', async () => {
    const clock = fakeClock();
    const answers: readonly Answer[] = [...failing.map(({ answer }) => answer), failures['not-asked'], found];
    const inner = fakeRegistry(() => ({ ...(answers[inner.calls.length - 1] ?? found) }));
    const breaking = decorateEach(inner, breakers(breakerScopes.namespace, { ...options, clock }));
    for (const { ask } of failing) await breaking.resolve(ask, patient());
    clock.advance(10_000);
    const { ask } = of('bad', 'd');
    assert.equal((await breaking.resolve(ask, patient())).kind, 'not-asked');
    assert.equal((await breaking.resolve(ask, patient())).kind, 'found');
  });
});
