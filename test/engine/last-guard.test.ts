import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkWorkload } from '../../src/engine/check.ts';
import type { Finding } from '../../src/engine/finding.ts';
import type { Ports } from '../../src/engine/ports.ts';
import * as answers from '../support/answers.ts';
import { fakePorts, plainOptions } from '../support/fake-ports.ts';
import { pod, workloadOf } from '../support/pods.ts';
import { isAboutTag } from './check-case.ts';

const bug = new Error('a bug');
const never = new AbortController().signal;

interface Guarded {
  readonly findings: readonly Finding[];
  readonly bugs: readonly unknown[];
}

/** Checks a Pod with the images `bad`, `good` and `missing`. */
async function checked(change: (ports: Ports) => Partial<Ports>): Promise<Guarded> {
  const bugs: unknown[] = [];
  const { ports } = fakePorts({ images: { 'good:1': answers.found }, serviceAccounts: { default: [] } });
  const workload = workloadOf(
    'Pod',
    pod(['bad', 'good', 'missing'].map((name) => `${answers.host}/${name}:1`)),
    'team',
  );
  const plan = { workload, uses: workload.uses, serviceAccountApplied: true };
  const changed = { ...ports, onBug: (error: unknown) => void bugs.push(error), ...change(ports) };
  const findings = await checkWorkload(plan, changed, plainOptions, never);
  return { findings: findings.filter((finding) => !isAboutTag(finding)), bugs };
}

function reasons(findings: readonly Finding[]): readonly string[] {
  return findings.map((finding) => {
    const reason = finding.kind === 'not-checked' ? finding.answer.reason : '';
    return `${finding.use?.image.replace(/.*\//, '') ?? ''} ${finding.kind} ${reason}`.trim();
  });
}

describe('an unexpected error', () => {
  for (const how of ['rejects', 'throws'] as const) {
    test(`in one image is not-checked for that image only, and a bug (the port ${how})`, async () => {
      const { findings, bugs } = await checked(({ registry }) => ({
        registry: {
          ...registry,
          resolve(question, signal) {
            if (question.reference.repository !== 'bad') return registry.resolve(question, signal);
            if (how === 'throws') throw bug;
            return Promise.reject(bug);
          },
        },
      }));
      assert.deepEqual(reasons(findings), ['bad:1 not-checked bug', 'missing:1 image-not-found']);
      assert.deepEqual(bugs, [bug]);
    });
  }

  test('in what all images share is not-checked for all of them, and one bug', async () => {
    const { findings, bugs } = await checked(() => ({ nodes: { nodes: () => Promise.reject(bug) } }));
    assert.deepEqual(
      reasons(findings),
      ['bad', 'good', 'missing'].map((name) => `${name}:1 not-checked bug`),
    );
    assert.deepEqual(bugs, [bug]);
  });
});
