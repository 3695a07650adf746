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

/** A reviewer whose check finds every image missing, and what it was asked. */
function reviewer(given: Partial<Rules> = {}, labels: Readonly<Record<string, string>> = {}) {
  const plans: Plan[] = [];
  const letThrough: string[] = [];
  const review = createReviewer({
    rules: () => ({ ...rules, ...given }),
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

const never = new AbortController().signal;
const before = deployment(['a:1', 'b:0']);

interface Case {
  readonly it: string;
  readonly request: Partial<AdmissionRequest>;
  readonly allowed: boolean;
  readonly checked: readonly string[];
}

const both = ['a:1', 'b:1'];
const cases: readonly Case[] = [
  { it: 'a new workload is checked whole', request: {}, allowed: false, checked: both },
  {
    it: 'an update is checked for what changed',
    request: { operation: 'UPDATE', oldObject: before },
    allowed: false,
    checked: ['b:1'],
  },
  {
    it: 'a scale of a broken workload is none of our business',
    request: { operation: 'UPDATE', oldObject: { ...deployment(both), status: {} } },
    allowed: true,
    checked: [],
  },
  {
    it: 'a DELETE carries no object',
    request: { operation: 'DELETE', object: null, oldObject: before },
    allowed: true,
    checked: [],
  },
  { it: 'a CONNECT is let be', request: { operation: 'CONNECT' }, allowed: true, checked: [] },
  {
    it: 'what is being deleted may go',
    request: { operation: 'UPDATE', oldObject: before, object: { metadata: { deletionTimestamp: 'now' } } },
    allowed: true,
    checked: [],
  },
  {
    it: "somebody else's Job is let be",
    request: { kind: { group: 'batch.volcano.sh', version: 'v1alpha1', kind: 'Job' } },
    allowed: true,
    checked: [],
  },
  { it: 'audit stores it', request: { namespace: 'sandbox' }, allowed: true, checked: both },
  { it: 'off does not look', request: { namespace: 'legacy' }, allowed: true, checked: [] },
  { it: 'a template may be only warned of', request: { namespace: 'soft' }, allowed: true, checked: both },
  {
    it: 'and a Pod is denied there all the same',
    request: { namespace: 'soft', kind: kindOf.Pod, object: pod(['a:1']) },
    allowed: false,
    checked: ['a:1'],
  },
  { it: 'an exemption lets it pass', request: { namespace: 'exempt' }, allowed: true, checked: both },
];

describe('a review', () => {
  for (const { it, request: more, allowed, checked } of cases) {
    test(it, async () => {
      const { review, plans } = reviewer();
      const decision = await review(request(more), never);
      assert.equal(decision.allowed, allowed);
      assert.deepEqual(
        plans.flatMap((plan) => plan.uses.map(({ image }) => image)),
        checked,
      );
    });
  }

  test("a namespace's label is heard where the rules allow it", async () => {
    const namespaceLabel = { name: 'pullgate.dev/profile', profiles: ['audit'] } as const;
    const { review } = reviewer({ namespaceLabel }, { 'pullgate.dev/profile': 'audit' });
    assert.equal((await review(request({}), never)).allowed, true);
  });

  test('what is let through with a warning is handed on, but not on a dry run', async () => {
    const { review, letThrough } = reviewer({ profile: 'audit' });
    await review(request({ uid: 'real' }), never);
    await review(request({ uid: 'dry', dryRun: true }), never);
    assert.deepEqual(letThrough, ['real']);
  });

  test('a denial says everything in one message and in the annotations', async () => {
    const { review } = reviewer();
    const { message, auditAnnotations, findings } = await review(request({}), never);
    assert.match(message ?? '', /a:1[^]*b:1/);
    assert.equal(auditAnnotations['verdict'], 'denied');
    assert.equal(findings.length, 2);
  });
});

describe('a request that could not be reviewed', () => {
  const skips = [
    { it: 'is let through with a warning by the balanced profile', given: {}, allowed: true, warnings: 1 },
    { it: 'is refused by the strict one', given: { profile: 'strict' as const }, allowed: false, warnings: 0 },
    {
      it: 'is let through where a label might have softened strict',
      given: { profile: 'strict' as const, namespaceLabel: { name: 'l', profiles: ['off' as const] } },
      allowed: true,
      warnings: 1,
    },
  ];
  for (const { it, given, allowed, warnings } of skips) {
    test(it, () => {
      const decision = createSkip(() => ({ ...rules, ...given }))(request({}), 'overload');
      assert.deepEqual([decision.allowed, decision.warnings.length], [allowed, warnings]);
    });
  }

  test('and had nothing to check is allowed in silence', () => {
    const decision = createSkip(() => ({ ...rules, profile: 'strict' }))(request({ operation: 'DELETE' }), 'overload');
    assert.deepEqual([decision.allowed, decision.warnings], [true, []]);
  });
});
