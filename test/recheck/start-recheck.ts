import type { Finding } from '../../src/engine/finding.ts';
import type { Plan } from '../../src/engine/plan.ts';
import type { ImageUse } from '../../src/engine/workload/image-use.ts';
import type { ObjectIdentity } from '../../src/engine/workload/object-identity.ts';
import type { RecheckEnd, RecheckReport } from '../../src/recheck/recheck-report.ts';
import { createRecheck, type RecheckOptions } from '../../src/recheck/recheck.ts';
import { unreachable } from '../support/answers.ts';
import { fakeClock, settle } from '../support/fake-clock.ts';
import { workloadOf } from '../support/pods.ts';

export const object: ObjectIdentity = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web', uid: 'u-1' };

/** Returns a plan for a Pod with these images. */
export function planOf(...images: readonly string[]): Plan {
  const containers = images.map((image, index) => ({ name: `c${index}`, image }));
  const workload = workloadOf('Pod', { metadata: { name: 'web' }, spec: { containers } }, 'shop');
  return { workload, uses: workload.uses, serviceAccountApplied: true };
}

export const plan = planOf('registry.example.com/a', 'registry.example.com/b');
export const [first, second] = plan.uses as [ImageUse, ImageUse];

/** Returns a finding that time may change: the registry of the image is unreachable. */
export function unreachableFinding(use: ImageUse): Finding {
  return { kind: 'registry-unreachable', use, answer: unreachable('timeout') };
}

export const options: Omit<RecheckOptions, 'check' | 'announce' | 'schedule'> = {
  exists: () => Promise.resolve(true),
  pausesMs: [30_000, 120_000, 600_000],
  timeoutMs: 10_000,
  concurrency: 2,
  maxObjects: 10,
  maxSize: 100_000,
};

/** Returns a queue of rechecks with a fake clock. `reports` and `ends` record its results. */
export function startRecheck(check: RecheckOptions['check'], changes: Partial<RecheckOptions> = {}) {
  const clock = fakeClock();
  const reports: RecheckReport[] = [];
  const ends: RecheckEnd[] = [];
  const recheck = createRecheck({
    ...options,
    check,
    announce: (report) => Promise.resolve(void reports.push(report)),
    schedule: (ms, task) => clock.schedule(ms, task),
    onEnd: (end) => ends.push(end),
    ...changes,
  });
  async function advance(ms: number): Promise<void> {
    clock.advance(ms);
    await settle();
  }
  return { clock, recheck, reports, ends, advance };
}
