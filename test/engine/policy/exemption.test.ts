import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withoutExempt } from '../../../src/engine/policy/exemption.ts';
import type { Finding } from '../../../src/engine/finding.ts';
import { pod, workloadOf } from '../../support/pods.ts';

const [use] = workloadOf('Pod', pod(['ghcr.io/team/app']), 'team').uses;
assert.ok(use);
const findings: readonly Finding[] = [
  { kind: 'latest-tag', use, written: 'no-tag' },
  { kind: 'service-account-missing', serviceAccount: 'x' },
];
const cases = [
  { it: 'matches every finding if it has no list', exemption: {}, remains: [] },
  {
    it: 'for an image does not match a finding without an image',
    exemption: { images: ['ghcr.io/*'] },
    remains: ['service-account-missing'],
  },
  {
    it: 'for another image matches nothing',
    exemption: { images: ['quay.io/*'] },
    remains: ['latest-tag', 'service-account-missing'],
  },
  {
    it: 'for a kind matches that kind',
    exemption: { kinds: ['latest-tag' as const] },
    remains: ['service-account-missing'],
  },
  {
    it: 'for another namespace matches nothing',
    exemption: { namespaces: ['kube-*'] },
    remains: ['latest-tag', 'service-account-missing'],
  },
  {
    it: 'must match in each of its lists',
    exemption: { namespaces: ['team'], images: ['ghcr.io/*'], kinds: ['not-pinned' as const] },
    remains: ['latest-tag', 'service-account-missing'],
  },
];

describe('an exemption', () => {
  for (const { it, exemption, remains } of cases) {
    test(it, () => {
      const rest = withoutExempt(findings, 'team', [{ reason: 'agreed', ...exemption }]);
      assert.deepEqual(
        rest.map(({ kind }) => kind),
        remains,
      );
    });
  }
});
