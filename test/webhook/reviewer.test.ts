import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Plan } from '../../src/engine/plan.ts';
import type { Finding } from '../../src/engine/finding.ts';
import type { AdmissionRequest } from '../../src/webhook/review.ts';
import type { Rules } from '../../src/engine/review.ts';
import { createReviewer, createSkip } from '../../src/webhook/reviewer.ts';
import { notFound } from '../support/answers.ts';
import { deployment, pod } from '../support/pods.ts';

const rules: Rules = {
  profile: 'balanced',
  actions: {},
  templates: 'enforce',
  namespaces: [
    { names: ['sandbox'], profile: 'audit' },
    { names: ['soft'], templates: 'warn' },
    { names: ['legacy'], profile: 'off' },
  ],
  namespaceLabel: { name: 'pullgate.dev/profile', profiles: [] },
  exemptions: [{ namespaces: ['exempt'], reason: 'agreed' }],
};

const kindOf = {
  Deployment: { group: 'apps', version: 'v1', kind: 'Deployment' },
  Pod: { group: '', version: 'v1', kind: 'Pod' },
} as const;

function request(more: Partial<AdmissionRequest>): AdmissionRequest {
  const object = deployment(['a:1', 'b:1']);
  return { uid: 'u', kind: kindOf.Deployment, namespace: 'team', name: 'web', operation: 'CREATE', object, ...more };
}

/** A reviewer whose check reports each image as missing. `plans` and `letThrough` record its calls. */
function reviewer(changes: Partial<Rules> = {}, labels: Readonly<Record<string, string>> = {}) {
  const plans: Plan[] = [];
  const letThrough: string[] = [];
  const review = createReviewer({
    rules: () => ({ ...rules, ...changes }),
    check: (plan) => {
      plans.push(plan);
      const findings = plan.uses.map((use): Finding => {
        return {
          kind: 'image-not-found',
          use,
          attempts: [],
          unused: [],
          nearestTags: [],
          hidden: false,
          answer: notFound,
        };
      });
      return Promise.resolve(findings);
    },
    namespaces: { labels: () => Promise.resolve({ kind: 'found', value: labels }) },
    onLetThrough: ({ uid }) => letThrough.push(uid),
  });
  return { review, plans, letThrough };
}

const neverAborts = new AbortController().signal;
const before = deployment(['a:1', 'b:0']);

interface Case {
  readonly it: string;
  readonly request: Partial<AdmissionRequest>;
  readonly allowed: boolean;
  readonly checked: readonly string[];
}

const both = ['a:1', 'b:1'];
const cases: readonly Case[] = [
  { it: 'checks all images of a new workload', request: {}, allowed: false, checked: both },
  {
    it: 'checks only the changed images of an update',
    request: { operation: 'UPDATE', oldObject: before },
    allowed: false,
    checked: ['b:1'],
  },
  {
    it: 'does not check an update that changes no image',
    request: { operation: 'UPDATE', oldObject: { ...deployment(both), status: {} } },
    allowed: true,
    checked: [],
  },
  {
    it: 'allows DELETE',
    request: { operation: 'DELETE', object: null, oldObject: before },
    allowed: true,
    checked: [],
  },
  { it: 'allows CONNECT', request: { operation: 'CONNECT' }, allowed: true, checked: [] },
  {
    it: 'allows an update of an object that is being deleted',
    request: { operation: 'UPDATE', oldObject: before, object: { metadata: { deletionTimestamp: 'now' } } },
    allowed: true,
    checked: [],
  },
  {
    it: 'does not check a Job of another API group',
    request: { kind: { group: 'batch.volcano.sh', version: 'v1alpha1', kind: 'Job' } },
    allowed: true,
    checked: [],
  },
  {
    it: 'allows a failing image with the profile audit',
    request: { namespace: 'sandbox' },
    allowed: true,
    checked: both,
  },
  { it: 'does not check with the profile off', request: { namespace: 'legacy' }, allowed: true, checked: [] },
  {
    it: 'only warns about a template if the rules say so',
    request: { namespace: 'soft' },
    allowed: true,
    checked: both,
  },
  {
    it: 'denies a Pod even if templates only get warnings',
    request: { namespace: 'soft', kind: kindOf.Pod, object: pod(['a:1']) },
    allowed: false,
    checked: ['a:1'],
  },
  { it: 'allows an exempt image', request: { namespace: 'exempt' }, allowed: true, checked: both },
];

describe('the reviewer', () => {
  for (const { it, request: more, allowed, checked } of cases) {
    test(it, async () => {
      const { review, plans } = reviewer();
      const decision = await review(request(more), neverAborts);
      assert.equal(decision.allowed, allowed);
      assert.deepEqual(
        plans.flatMap((plan) => plan.uses.map(({ image }) => image)),
        checked,
      );
    });
  }

  test('uses the label of a namespace if the rules allow it', async () => {
    const namespaceLabel = { name: 'pullgate.dev/profile', profiles: ['audit'] } as const;
    const { review } = reviewer({ namespaceLabel }, { 'pullgate.dev/profile': 'audit' });
    assert.equal((await review(request({}), neverAborts)).allowed, true);
  });

  test('reports admitted objects, except for a dry run', async () => {
    const { review, letThrough } = reviewer({ profile: 'audit' });
    await review(request({ uid: 'real' }), neverAborts);
    await review(request({ uid: 'dry', dryRun: true }), neverAborts);
    assert.deepEqual(letThrough, ['real']);
  });

  test('writes all findings to the message and the annotations', async () => {
    const { review } = reviewer();
    const { message, auditAnnotations, findings } = await review(request({}), neverAborts);
    assert.match(message ?? '', /a:1[^]*b:1/);
    assert.equal(auditAnnotations['verdict'], 'denied');
    assert.equal(findings.length, 2);
  });
});

describe('a request without a review', () => {
  const skips = [
    { it: 'is admitted with a warning by the profile balanced', changes: {}, allowed: true, warnings: 1 },
    { it: 'is denied by the profile strict', changes: { profile: 'strict' as const }, allowed: false, warnings: 0 },
    {
      it: 'is admitted by the profile strict if a label may choose another profile',
      changes: { profile: 'strict' as const, namespaceLabel: { name: 'l', profiles: ['off' as const] } },
      allowed: true,
      warnings: 1,
    },
  ];
  for (const { it, changes, allowed, warnings } of skips) {
    test(it, () => {
      const decision = createSkip(() => ({ ...rules, ...changes }))(request({}), 'overload');
      assert.deepEqual([decision.allowed, decision.warnings.length], [allowed, warnings]);
    });
  }

  test('is admitted without a warning if there is nothing to check', () => {
    const decision = createSkip(() => ({ ...rules, profile: 'strict' }))(request({ operation: 'DELETE' }), 'overload');
    assert.deepEqual([decision.allowed, decision.warnings], [true, []]);
  });
});
