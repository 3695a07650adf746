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
  { it: 'covers all when nothing is listed', exemption: {}, left: [] },
  {
    it: 'of an image spares what is not about an image',
    exemption: { images: ['ghcr.io/*'] },
    left: ['service-account-missing'],
  },
  {
    it: 'of another image covers nothing',
    exemption: { images: ['quay.io/*'] },
    left: ['latest-tag', 'service-account-missing'],
  },
  {
    it: 'of a kind covers that kind',
    exemption: { kinds: ['latest-tag' as const] },
    left: ['service-account-missing'],
  },
  {
    it: 'of another namespace covers nothing',
    exemption: { namespaces: ['kube-*'] },
    left: ['latest-tag', 'service-account-missing'],
  },
  {
    it: 'must match in every list that it has',
    exemption: { namespaces: ['team'], images: ['ghcr.io/*'], kinds: ['not-pinned' as const] },
    left: ['latest-tag', 'service-account-missing'],
  },
];

describe('an exemption', () => {
  for (const { it, exemption, left } of cases) {
    test(it, () => {
      const rest = withoutExempt(findings, 'team', [{ reason: 'agreed', ...exemption }]);
      assert.deepEqual(
        rest.map(({ kind }) => kind),
        left,
      );
    });
  }
});
