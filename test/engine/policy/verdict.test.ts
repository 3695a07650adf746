import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../../src/engine/finding.ts';
import { findingKinds, profiles, withActions, type ProfileName } from '../../../src/engine/policy/policy.ts';
import { judge } from '../../../src/engine/policy/verdict.ts';
import * as answers from '../../support/answers.ts';

const missing: Finding = {
  kind: 'image-not-found',
  attempts: [],
  unused: [],
  nearestTags: [],
  hidden: false,
  answer: answers.notFound,
};
const rateLimited: Finding = { kind: 'rate-limited', answer: answers.throttled };
const notPinned: Finding = { kind: 'not-pinned' };

const cases: readonly {
  it: string;
  findings: readonly Finding[];
  profile: ProfileName;
  denied: string;
  warned: string;
}[] = [
  { it: 'allows an object without findings', findings: [], profile: 'strict', denied: '', warned: '' },
  {
    it: 'with balanced, denies only certain findings',
    findings: [rateLimited, missing],
    profile: 'balanced',
    denied: 'image-not-found',
    warned: 'rate-limited',
  },
  {
    it: 'with audit, denies nothing',
    findings: [rateLimited, missing],
    profile: 'audit',
    denied: '',
    warned: 'rate-limited,image-not-found',
  },
  { it: 'does not contain ignored findings', findings: [notPinned], profile: 'strict', denied: '', warned: '' },
  {
    it: 'never denies a finding with a mitigation, even with strict',
    findings: [{ ...missing, mitigation: 'on-node' }],
    profile: 'strict',
    denied: '',
    warned: 'image-not-found',
  },
];

function kinds(findings: readonly Finding[]): string {
  return findings.map(({ kind }) => kind).join();
}

describe('a verdict', () => {
  for (const { it, findings, profile, denied, warned } of cases) {
    test(it, () => {
      const verdict = judge(findings, profiles[profile]);
      assert.deepEqual(
        [verdict.allowed, kinds(verdict.denied), kinds(verdict.warned)],
        [denied === '', denied, warned],
      );
    });
  }

  test('uses an action that replaces one of the profile', () => {
    assert.equal(judge([rateLimited], withActions(profiles.balanced, { 'rate-limited': 'deny' })).allowed, false);
  });
});

describe('the profiles', () => {
  test('only warn about a registry or cluster that does not work', () => {
    for (const profile of Object.values(profiles)) {
      for (const kind of [
        'rate-limited',
        'registry-unreachable',
        'registry-untrusted',
        'pull-secret-unreadable',
      ] as const) {
        assert.equal(profile[kind], 'warn');
      }
    }
  });

  test('get stricter from audit to balanced to strict', () => {
    const byStrictness = ['ignore', 'warn', 'deny'];
    for (const kind of findingKinds) {
      const [audit, balanced, strict] = (['audit', 'balanced', 'strict'] as const).map((name) =>
        byStrictness.indexOf(profiles[name][kind]),
      ) as [number, number, number];
      assert.ok(audit <= balanced && balanced <= strict, kind);
    }
  });
});
