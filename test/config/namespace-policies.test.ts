import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namespacePolicies } from '../../src/config/namespace-policies.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { findingKinds, type Action } from '../../src/engine/policy.ts';

const text = `
apiVersion: pullgate.dev/v1alpha1
kind: PullgateConfiguration
actions: { latest-tag: ignore }
namespaceLabel: { profiles: [audit, 'off'] }
namespaces:
- { names: [prod-*], profile: strict, actions: { latest-tag: deny } }
- { names: [prod-eu], profile: audit }
- { names: [sandbox], profile: off }
- { names: [gitops], templates: warn }
`;
const result = readConfig({ name: 'c.yaml', text });
assert.equal(result.kind, 'config');
const policyOf = namespacePolicies(result.config);

const cases: readonly {
  readonly it: string;
  readonly namespace: string;
  readonly label?: string;
  /** For a missing image in a Pod and in a template, and for :latest in a Pod. */
  readonly is: 'off' | readonly [Action, Action, Action];
}[] = [
  {
    it: 'takes the common profile and actions where no rule matches',
    namespace: 'default',
    is: ['deny', 'deny', 'ignore'],
  },
  { it: 'lets the first rule that matches hold', namespace: 'prod-eu', is: ['deny', 'deny', 'deny'] },
  { it: 'switches a namespace off', namespace: 'sandbox', is: 'off' },
  { it: 'warns of templates and denies Pods', namespace: 'gitops', is: ['deny', 'warn', 'ignore'] },
  {
    it: 'lets a label choose an allowed profile',
    namespace: 'default',
    label: 'audit',
    is: ['warn', 'warn', 'ignore'],
  },
  { it: 'lets a label switch off where that is allowed', namespace: 'prod-eu', label: 'off', is: 'off' },
  {
    it: 'passes over a label that is not allowed',
    namespace: 'default',
    label: 'strict',
    is: ['deny', 'deny', 'ignore'],
  },
  {
    it: 'passes over a label that is no profile',
    namespace: 'default',
    label: 'toString',
    is: ['deny', 'deny', 'ignore'],
  },
];

for (const { it, namespace, label, is } of cases) {
  test(it, () => {
    const policy = policyOf(namespace, label);
    const seen =
      policy.kind === 'off'
        ? 'off'
        : [policy.pods['image-not-found'], policy.templates['image-not-found'], policy.pods['latest-tag']];
    assert.deepEqual(seen, is);
  });
}

test('keeps an action for every kind', () => {
  const policy = policyOf('gitops');
  assert.equal(policy.kind, 'on');
  assert.deepEqual(Object.keys(policy.templates), findingKinds);
});
