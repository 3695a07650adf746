import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { policyFor, warnOnly, type PolicyRules } from '../../../src/engine/policy/namespace-policy.ts';
import { profiles } from '../../../src/engine/policy/policy.ts';

const rules: PolicyRules = {
  profile: 'balanced',
  actions: { 'latest-tag': 'deny' },
  templates: 'enforce',
  namespaces: [
    { names: ['sandbox-*'], profile: 'audit', templates: 'warn' },
    { names: ['prod', 'sandbox-x'], profile: 'strict', actions: { 'latest-tag': 'ignore' } },
    { names: ['legacy'], profile: 'off' },
  ],
  namespaceLabel: { name: 'pullgate.dev/profile', profiles: ['strict', 'off'] },
};

const cases = [
  { it: 'the common profile where no rule names it', namespace: 'team', labels: {}, denied: 'deny', latest: 'deny' },
  { it: 'the profile of the rule that names it', namespace: 'prod', labels: {}, denied: 'deny', latest: 'ignore' },
  { it: 'the first rule that matches', namespace: 'sandbox-x', labels: {}, denied: 'warn', latest: 'deny' },
  { it: 'nothing where its rule says off', namespace: 'legacy', labels: {}, denied: undefined, latest: undefined },
  {
    it: 'the profile of its label before that of a rule',
    namespace: 'legacy',
    labels: { 'pullgate.dev/profile': 'strict' },
    denied: 'deny',
    latest: 'deny',
  },
  {
    it: 'the common profile where its label asks for what it may not choose',
    namespace: 'team',
    labels: { 'pullgate.dev/profile': 'audit' },
    denied: 'deny',
    latest: 'deny',
  },
  {
    it: 'nothing where its label says off and may',
    namespace: 'team',
    labels: { 'pullgate.dev/profile': 'off' },
    denied: undefined,
    latest: undefined,
  },
] as const;

describe('a namespace has', () => {
  for (const { it, namespace, labels, denied, latest } of cases) {
    test(it, () => {
      const policy = policyFor(rules, namespace, labels)?.policy;
      assert.deepEqual([policy?.['image-not-found'], policy?.['latest-tag']], [denied, latest]);
    });
  }
});

test('templates that are only warned of lose every denial and nothing else', () => {
  const soft = Object.values(warnOnly(profiles.strict));
  assert.ok(!soft.includes('deny'));
  assert.equal(soft.filter((action) => action === 'ignore').length, 1);
});
