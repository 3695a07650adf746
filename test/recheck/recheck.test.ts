import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../src/engine/finding.ts';
import type { Plan } from '../../src/engine/plan.ts';
import type { RecheckEnd } from '../../src/recheck/recheck-report.ts';
import { notFound, refused, throttled } from '../support/answers.ts';
import { first, object, options, plan, planOf, second, startRecheck, unreachableFinding } from './start-recheck.ts';

const attempts = { attempts: [], unused: [] };
const missing: Finding = {
  kind: 'image-not-found',
  use: first,
  ...attempts,
  nearestTags: [],
  hidden: false,
  answer: notFound,
};
const denied: Finding = { kind: 'access-denied', use: first, ...attempts, answer: refused };
const unknown: Finding = { kind: 'access-unknown', use: first, ...attempts, because: 'pattern', answer: refused };
const limited: Finding = { kind: 'rate-limited', use: first, answer: throttled };
const latest: Finding = { kind: 'latest-tag', use: first, written: 'latest' };

interface Case {
  readonly it: string;
  /** The findings at admission. Default: an unreachable registry. */
  readonly offered?: readonly Finding[];
  /** The findings of each check. */
  readonly checks: readonly (readonly Finding[])[];
  readonly ends: readonly RecheckEnd[];
  /** The findings in the report. */
  readonly reported?: readonly Finding['kind'][];
}

const cases: readonly Case[] = [
  { it: 'reports healed after the first check', checks: [[]], ends: ['healed'], reported: [] },
  {
    it: 'reports healed after the last check',
    checks: [[unreachableFinding(first)], [limited], []],
    ends: ['healed'],
    reported: [],
  },
  {
    it: 'reports failing after the last check',
    checks: [[unreachableFinding(first)], [unreachableFinding(first)], [unknown]],
    ends: ['failing'],
    reported: ['access-unknown'],
  },
  {
    it: 'reports failing without another check if the failure is certain',
    checks: [[missing]],
    ends: ['failing'],
    reported: ['image-not-found'],
  },
  { it: 'reports healed although advice remains', checks: [[latest]], ends: ['healed'], reported: [] },
  {
    it: 'checks again if a pull secret does not exist yet',
    offered: [{ ...denied, mitigation: 'secret-pending' }],
    checks: [[{ ...denied, mitigation: 'secret-pending' }], []],
    ends: ['healed'],
    reported: [],
  },
  { it: 'does not check a certain refusal again', offered: [denied], checks: [], ends: [] },
  { it: 'does not check advice again', offered: [latest], checks: [], ends: [] },
  {
    it: 'does not check again if the address guard blocks the registry',
    offered: [{ kind: 'not-checked', use: first, answer: { kind: 'not-asked', reason: 'address', host: 'h' } }],
    checks: [],
    ends: [],
  },
];

/** A check that never ends by itself. */
function hanging(_plan: Plan, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
}

describe('the recheck', () => {
  for (const { it, offered = [unreachableFinding(first)], checks, ends, reported = [] } of cases) {
    test(it, async () => {
      const remaining = [...checks];
      const run = startRecheck(() => Promise.resolve(remaining.shift() ?? []));
      run.recheck.offer(object, [plan], offered);
      for (const pause of options.pausesMs) await run.advance(pause);
      assert.deepEqual(run.ends, ends);
      assert.deepEqual(run.reports.map(({ findings }) => findings.map(({ kind }) => kind)).flat(), reported);
      assert.equal(run.reports.length, ends.length);
      assert.deepEqual([remaining.length, run.recheck.waiting, run.clock.scheduled], [0, 0, 0]);
    });
  }

  test('checks only the uncertain images', async () => {
    const plans: Plan[] = [];
    const run = startRecheck((checked) => Promise.resolve(void plans.push(checked)).then(() => []));
    run.recheck.offer(object, [plan], [unreachableFinding(second), latest]);
    await run.advance(30_000);
    assert.deepEqual(plans[0]?.uses, [second]);
  });

  test('checks all images if the finding concerns the whole workload', async () => {
    const plans: Plan[] = [];
    const run = startRecheck((checked) => Promise.resolve(void plans.push(checked)).then(() => []));
    run.recheck.offer(object, [plan], [{ kind: 'service-account-missing', serviceAccount: 'robot' }]);
    await run.advance(30_000);
    assert.deepEqual(plans[0]?.uses, plan.uses);
  });

  test('still checks the other images after a change of one image', async () => {
    const plans: Plan[] = [];
    const run = startRecheck((checked) => Promise.resolve(void plans.push(checked)).then(() => []));
    run.recheck.offer(object, [plan], [unreachableFinding(first), unreachableFinding(second)]);
    const changed = planOf('registry.example.com/new', 'registry.example.com/b');
    run.recheck.offer(object, [{ ...changed, uses: changed.uses.slice(0, 1) }], []);
    await run.advance(30_000);
    assert.deepEqual(plans[0]?.uses, [second]);
    assert.deepEqual(run.ends, ['superseded', 'healed']);
  });

  test('ends if a change leaves nothing to check', async () => {
    const run = startRecheck(() => Promise.reject(new Error('must not be checked')));
    run.recheck.offer(object, [plan], [unreachableFinding(first)]);
    run.recheck.offer(object, [plan], []);
    await run.advance(30_000);
    assert.deepEqual([run.ends, run.reports, run.clock.scheduled], [['superseded'], [], 0]);
  });

  test('ends without a report if the object was deleted', async () => {
    const run = startRecheck(() => Promise.resolve([]), { exists: () => Promise.resolve(false) });
    run.recheck.offer(object, [plan], [unreachableFinding(first)]);
    await run.advance(30_000);
    assert.deepEqual([run.ends, run.reports], [['gone'], []]);
  });

  for (const bound of [{ maxObjects: 2 }, { maxSize: 2.5 * JSON.stringify([plan]).length }]) {
    test(`drops objects over ${Object.keys(bound).join()}, and accepts new ones later`, async () => {
      const run = startRecheck(() => Promise.resolve([]), bound);
      for (let index = 0; index < 5; index += 1) {
        run.recheck.offer(
          { ...object, uid: `u-${index}` },
          [plan],
          [unreachableFinding(first), unreachableFinding(second)],
        );
      }
      assert.equal(run.recheck.waiting, 2);
      assert.deepEqual(run.ends, ['dropped', 'dropped', 'dropped']);
      await run.advance(30_000);
      run.recheck.offer(object, [plan], [unreachableFinding(first), unreachableFinding(second)]);
      assert.equal(run.recheck.waiting, 1);
    });
  }

  test('limits the number of checks at the same time', async () => {
    let running = 0;
    const run = startRecheck(
      () => {
        running += 1;
        return new Promise(() => undefined);
      },
      { concurrency: 2 },
    );
    for (let index = 0; index < 5; index += 1)
      run.recheck.offer({ ...object, uid: `u-${index}` }, [plan], [unreachableFinding(first)]);
    await run.advance(30_000);
    assert.equal(running, 2);
  });

  test('ends only the object whose check throws', async () => {
    const causes: unknown[] = [];
    const run = startRecheck(() => Promise.reject(new Error('bug')), { onError: (cause) => causes.push(cause) });
    run.recheck.offer(object, [plan], [unreachableFinding(first)]);
    run.recheck.offer({ ...object, uid: 'u-2' }, [plan], [unreachableFinding(first)]);
    await run.advance(30_000);
    assert.deepEqual(run.ends, ['error', 'error']);
    assert.equal(causes.length, 2);
  });

  test('ends with an error if a check takes too long', async () => {
    const run = startRecheck(hanging);
    run.recheck.offer(object, [plan], [unreachableFinding(first)]);
    await run.advance(30_000);
    await run.advance(10_000);
    assert.deepEqual([run.ends, run.clock.scheduled], [['error'], 0]);
  });

  test('cancels running checks, drops waiting objects and ignores new ones after stop()', async () => {
    const run = startRecheck(hanging);
    run.recheck.offer(object, [plan], [unreachableFinding(first)]);
    await run.advance(30_000);
    run.recheck.offer({ ...object, uid: 'u-2' }, [plan], [unreachableFinding(first)]);
    await run.recheck.stop();
    run.recheck.offer({ ...object, uid: 'u-3' }, [plan], [unreachableFinding(first)]);
    assert.deepEqual([run.ends, run.reports, run.recheck.waiting], [['dropped', 'dropped'], [], 0]);
    assert.equal(run.clock.scheduled, 0);
  });
});
