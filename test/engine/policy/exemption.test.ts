import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { matchesAny, withoutExempt } from '../../../src/engine/policy/exemption.ts';
import type { Finding } from '../../../src/engine/finding.ts';
import { readWorkload } from '../../../src/engine/workload/workload.ts';
import { pod } from '../../support/pods.ts';

const patterns: readonly [pattern: string, text: string, matches: boolean][] = [
  ['*', '', true],
  ['*', 'anything/at:all', true],
  ['a', 'a', true],
  ['a', 'ab', false],
  ['ghcr.io/*', 'ghcr.io/team/app:1', true],
  ['ghcr.io/*', 'ghcr.io.example.com/app', false],
  ['*/app:*', 'ghcr.io/team/app:1', true],
  ['a*b*c', 'axxbyyc', true],
  ['a*b*c', 'axxcyyb', false],
  ['ab*ba', 'aba', false],
  ['a*a', 'a', false],
];

describe('a pattern', () => {
  for (const [pattern, text, matches] of patterns) {
    test(`${pattern} ${matches ? 'covers' : 'does not cover'} ${JSON.stringify(text)}`, () => {
      assert.equal(matchesAny([pattern], text), matches);
    });
  }

  test('with many stars is quick on a long text', () => {
    assert.equal(matchesAny([`${'*a'.repeat(500)}*b`], 'a'.repeat(100_000)), false);
  });
});

const [use] = readWorkload('Pod', pod(['ghcr.io/team/app']), 'team').uses;
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
