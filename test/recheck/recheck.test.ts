import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Plan } from '../../src/engine/plan.ts';
import type { Finding } from '../../src/engine/finding.ts';
import type { ImageUse } from '../../src/engine/workload/image-use.ts';
import { createRecheck, type RecheckOptions } from '../../src/recheck/recheck.ts';
import type { RecheckEnd, RecheckReport } from '../../src/recheck/recheck-report.ts';
import type { ObjectIdentity } from '../../src/engine/workload/object-identity.ts';
import { notFound, refused, throttled, unreachable } from '../support/answers.ts';
import { fakeClock, settle } from '../support/fake-clock.ts';
import { workloadOf } from '../support/pods.ts';

const object: ObjectIdentity = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web', uid: 'u-1' };

function planOf(...images: readonly string[]): Plan {
  const containers = images.map((image, index) => ({ name: `c${index}`, image }));
  const workload = workloadOf('Pod', { metadata: { name: 'web' }, spec: { containers } }, 'shop');
  return { workload, uses: workload.uses, serviceAccountApplied: true };
}

const plan = planOf('registry.example.com/a', 'registry.example.com/b');
const [first, second] = plan.uses as [ImageUse, ImageUse];

function out(use: ImageUse): Finding {
  return { kind: 'registry-unreachable', use, answer: unreachable('timeout') };
}
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

interface Stage {
  readonly offered?: readonly Finding[];
  /** What each look finds. */
  readonly looks: readonly (readonly Finding[])[];
  readonly ends: readonly RecheckEnd[];
  readonly says?: readonly Finding['kind'][];
}

const cases: readonly (Stage & { readonly it: string })[] = [
  { it: 'healed at the first look', looks: [[]], ends: ['healed'], says: [] },
  { it: 'healed at the last', looks: [[out(first)], [limited], []], ends: ['healed'], says: [] },
  {
    it: 'still failing after the last',
    looks: [[out(first)], [out(first)], [unknown]],
    ends: ['failing'],
    says: ['access-unknown'],
  },
  {
    it: 'proved to fail, which needs no further look',
    looks: [[missing]],
    ends: ['failing'],
    says: ['image-not-found'],
  },
  { it: 'advice does not keep it from being healed', looks: [[latest]], ends: ['healed'], says: [] },
  {
    it: 'a refusal for want of a secret that is still to come stays open',
    offered: [{ ...denied, mitigation: 'secret-pending' }],
    looks: [[{ ...denied, mitigation: 'secret-pending' }], []],
    ends: ['healed'],
    says: [],
  },
  { it: 'a refusal is nothing that time mends', offered: [denied], looks: [], ends: [] },
  { it: 'advice is nothing that time mends', offered: [latest], looks: [], ends: [] },
  {
    it: 'what the address guard keeps from asking is there to stay',
    offered: [{ kind: 'not-checked', use: first, answer: { kind: 'not-asked', reason: 'address', host: 'h' } }],
    looks: [],
    ends: [],
  },
];

const options: Omit<RecheckOptions, 'check' | 'announce' | 'schedule'> = {
  exists: () => Promise.resolve(true),
  pausesMs: [30_000, 120_000, 600_000],
  timeoutMs: 10_000,
  concurrency: 2,
  maxObjects: 10,
  maxSize: 100_000,
};

function stage(check: RecheckOptions['check'], more: Partial<RecheckOptions> = {}) {
  const clock = fakeClock();
  const reports: RecheckReport[] = [];
  const ends: RecheckEnd[] = [];
  const recheck = createRecheck({
    ...options,
    check,
    announce: (report) => Promise.resolve(void reports.push(report)),
    schedule: (ms, task) => clock.schedule(ms, task),
    onEnd: (end) => ends.push(end),
    ...more,
  });
  async function advance(ms: number): Promise<void> {
    clock.advance(ms);
    await settle();
  }
  return { clock, recheck, reports, ends, advance };
}

describe('recheck', () => {
  for (const { it: sentence, offered = [out(first)], looks, ends, says } of cases) {
    it(sentence, async () => {
      const queue = [...looks];
      const on = stage(() => Promise.resolve(queue.shift() ?? []));
      on.recheck.offer(object, [plan], offered);
      for (const pause of options.pausesMs) await on.advance(pause);
      assert.deepEqual(on.ends, ends);
      assert.deepEqual(on.reports.map(({ findings }) => findings.map(({ kind }) => kind)).flat(), says ?? []);
      assert.equal(on.reports.length, ends.length);
      assert.deepEqual([queue.length, on.recheck.waiting, on.clock.scheduled], [0, 0, 0]);
    });
  }

  it('looks only at what was in doubt', async () => {
    const plans: Plan[] = [];
    const on = stage((looked) => Promise.resolve(void plans.push(looked)).then(() => []));
    on.recheck.offer(object, [plan], [out(second), latest]);
    await on.advance(30_000);
    assert.deepEqual(plans[0]?.uses, [second]);
  });

  it('looks at everything where the doubt concerns the workload', async () => {
    const plans: Plan[] = [];
    const on = stage((looked) => Promise.resolve(void plans.push(looked)).then(() => []));
    on.recheck.offer(object, [plan], [{ kind: 'service-account-missing', serviceAccount: 'robot' }]);
    await on.advance(30_000);
    assert.deepEqual(plans[0]?.uses, plan.uses);
  });

  it('a change that mends one image leaves the other waiting', async () => {
    const plans: Plan[] = [];
    const on = stage((looked) => Promise.resolve(void plans.push(looked)).then(() => []));
    on.recheck.offer(object, [plan], [out(first), out(second)]);
    const changed = planOf('registry.example.com/new', 'registry.example.com/b');
    on.recheck.offer(object, [{ ...changed, uses: changed.uses.slice(0, 1) }], []);
    await on.advance(30_000);
    assert.deepEqual(plans[0]?.uses, [second]);
    assert.deepEqual(on.ends, ['superseded', 'healed']);
  });

  it('a change that leaves nothing open ends it', async () => {
    const on = stage(() => Promise.reject(new Error('not to be looked at')));
    on.recheck.offer(object, [plan], [out(first)]);
    on.recheck.offer(object, [plan], []);
    await on.advance(30_000);
    assert.deepEqual([on.ends, on.reports, on.clock.scheduled], [['superseded'], [], 0]);
  });

  it('an object that is gone is let go without a word', async () => {
    const on = stage(() => Promise.resolve([]), { exists: () => Promise.resolve(false) });
    on.recheck.offer(object, [plan], [out(first)]);
    await on.advance(30_000);
    assert.deepEqual([on.ends, on.reports], [['gone'], []]);
  });

  for (const bound of [{ maxObjects: 2 }, { maxSize: 2.5 * JSON.stringify([plan]).length }]) {
    it(`holds no more than ${Object.keys(bound).join()} allows, and has room again after`, async () => {
      const on = stage(() => Promise.resolve([]), bound);
      for (let index = 0; index < 5; index += 1) {
        on.recheck.offer({ ...object, uid: `u-${index}` }, [plan], [out(first), out(second)]);
      }
      assert.equal(on.recheck.waiting, 2);
      assert.deepEqual(on.ends, ['dropped', 'dropped', 'dropped']);
      await on.advance(30_000);
      on.recheck.offer(object, [plan], [out(first), out(second)]);
      assert.equal(on.recheck.waiting, 1);
    });
  }

  it('looks at few objects at once', async () => {
    let looking = 0;
    const on = stage(
      () => {
        looking += 1;
        return new Promise(() => undefined);
      },
      { concurrency: 2 },
    );
    for (let index = 0; index < 5; index += 1) on.recheck.offer({ ...object, uid: `u-${index}` }, [plan], [out(first)]);
    await on.advance(30_000);
    assert.equal(looking, 2);
  });

  it('a look that throws ends its object and no other', async () => {
    const causes: unknown[] = [];
    const on = stage(() => Promise.reject(new Error('bug')), { onError: (cause) => causes.push(cause) });
    on.recheck.offer(object, [plan], [out(first)]);
    on.recheck.offer({ ...object, uid: 'u-2' }, [plan], [out(first)]);
    await on.advance(30_000);
    assert.deepEqual(on.ends, ['error', 'error']);
    assert.equal(causes.length, 2);
  });

  it('a look has a time limit', async () => {
    const on = stage(hanging);
    on.recheck.offer(object, [plan], [out(first)]);
    await on.advance(30_000);
    await on.advance(10_000);
    assert.deepEqual([on.ends, on.clock.scheduled], [['error'], 0]);
  });

  it('stops: what is under way is called off, what waits is dropped, nothing is taken on', async () => {
    const on = stage(hanging);
    on.recheck.offer(object, [plan], [out(first)]);
    await on.advance(30_000);
    on.recheck.offer({ ...object, uid: 'u-2' }, [plan], [out(first)]);
    await on.recheck.stop();
    on.recheck.offer({ ...object, uid: 'u-3' }, [plan], [out(first)]);
    assert.deepEqual([on.ends, on.reports, on.recheck.waiting], [['dropped', 'dropped'], [], 0]);
    assert.equal(on.clock.scheduled, 0);
  });
});

function hanging(_plan: Plan, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
}
