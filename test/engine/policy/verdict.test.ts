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
const busy: Finding = { kind: 'rate-limited', answer: answers.throttled };
const loose: Finding = { kind: 'not-pinned' };

const cases: readonly {
  it: string;
  findings: readonly Finding[];
  profile: ProfileName;
  denied: string;
  warned: string;
}[] = [
  { it: 'nothing allows', findings: [], profile: 'strict', denied: '', warned: '' },
  {
    it: 'balanced denies what is certain',
    findings: [busy, missing],
    profile: 'balanced',
    denied: 'image-not-found',
    warned: 'rate-limited',
  },
  {
    it: 'audit denies nothing',
    findings: [busy, missing],
    profile: 'audit',
    denied: '',
    warned: 'rate-limited,image-not-found',
  },
  { it: 'what is ignored is not told', findings: [loose], profile: 'strict', denied: '', warned: '' },
  {
    it: 'what a mitigation speaks for is never denied, also in strict',
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

  test('follows a single action that was replaced', () => {
    assert.equal(judge([busy], withActions(profiles.balanced, { 'rate-limited': 'deny' })).allowed, false);
  });
});

test('no profile denies on a busy or broken registry alone', () => {
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

test('strict is never softer than balanced, nor balanced than audit', () => {
  const hardness = ['ignore', 'warn', 'deny'];
  for (const kind of findingKinds) {
    const [audit, balanced, strict] = (['audit', 'balanced', 'strict'] as const).map((name) =>
      hardness.indexOf(profiles[name][kind]),
    ) as [number, number, number];
    assert.ok(audit <= balanced && balanced <= strict, kind);
  }
});
