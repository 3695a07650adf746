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
  { it: 'the common profile if no rule matches', namespace: 'team', labels: {}, denied: 'deny', latest: 'deny' },
  { it: 'the profile of the rule that matches', namespace: 'prod', labels: {}, denied: 'deny', latest: 'ignore' },
  {
    it: 'the profile of the first rule that matches',
    namespace: 'sandbox-x',
    labels: {},
    denied: 'warn',
    latest: 'deny',
  },
  {
    it: 'no policy if the profile of the rule is off',
    namespace: 'legacy',
    labels: {},
    denied: undefined,
    latest: undefined,
  },
  {
    it: 'the profile of its label rather than that of a rule',
    namespace: 'legacy',
    labels: { 'pullgate.dev/profile': 'strict' },
    denied: 'deny',
    latest: 'deny',
  },
  {
    it: 'the common profile if its label has a profile that is not allowed',
    namespace: 'team',
    labels: { 'pullgate.dev/profile': 'audit' },
    denied: 'deny',
    latest: 'deny',
  },
  {
    it: 'no policy if its label is off and off is allowed',
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

describe('warnOnly', () => {
  test('replaces every denial and nothing else', () => {
    const actions = Object.values(warnOnly(profiles.strict));
    assert.ok(!actions.includes('deny'));
    assert.equal(actions.filter((action) => action === 'ignore').length, 1);
  });
});
