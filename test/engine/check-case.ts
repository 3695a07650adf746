import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CheckOptions } from '../../src/engine/check-options.ts';
import { checkWorkload } from '../../src/engine/check.ts';
import type { Finding } from '../../src/engine/finding.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import * as answers from '../support/answers.ts';
import { fakePorts, plainOptions, type World } from '../support/fake-ports.ts';
import { deployment, pod, workloadOf } from '../support/pods.ts';

/** The image of a case that names no other. */
export const image = `${answers.host}/app:1`;

/** The registry's answers if only the user alice may pull `image`. */
export const privateImage = {
  'app:1': answers.noCredentials,
  'app:1 as alice': answers.found,
  'app:1 as mallory': answers.refused,
};

export interface CheckCase {
  readonly it: string;
  /** Default: `image`. */
  readonly images?: readonly string[];
  readonly spec?: JsonObject;
  /** Default: Deployment. */
  readonly kind?: 'Pod' | 'Deployment';
  readonly world: World;
  readonly options?: Partial<CheckOptions>;
  /** `kind`, or `kind (mitigation)`, without `latest-tag` and `not-pinned`. */
  readonly finds: readonly string[];
}

/** Checks the workload of a case, and returns its findings and the requests to the registry. */
export async function findingsOf(
  { images = [image], spec = {}, kind = 'Deployment', world, options }: Omit<CheckCase, 'it' | 'finds'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ readonly findings: readonly Finding[]; readonly asked: readonly string[] }> {
  const object = kind === 'Pod' ? pod(images, spec) : deployment(images, spec);
  const workload = workloadOf(kind, object, 'team');
  const { ports, asked } = fakePorts({ serviceAccounts: { default: [] }, ...world });
  const plan = { workload, uses: workload.uses, serviceAccountApplied: kind === 'Pod' };
  const findings = await checkWorkload(plan, ports, { ...plainOptions, ...options }, signal);
  return { findings, asked };
}

/** Returns whether a finding is about the tag and not about the pull. */
export function isAboutTag({ kind }: Finding): boolean {
  return kind === 'latest-tag' || kind === 'not-pinned';
}

/** Registers one test for each case. */
export function testCases(group: string, cases: readonly CheckCase[]): void {
  describe(group, () => {
    for (const each of cases) {
      test(each.it, async () => {
        const { findings } = await findingsOf(each);
        const found = findings
          .filter((finding) => !isAboutTag(finding))
          .map(({ kind, mitigation }) => (mitigation === undefined ? kind : `${kind} (${mitigation})`));
        assert.deepEqual(found, each.finds);
      });
    }
  });
}
