import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../src/engine/finding.ts';
import type { ImageUse } from '../../src/engine/workload/image-use.ts';
import { compare, type Judgement } from './compare.ts';
import type { Expected } from './scenario.ts';

const use: ImageUse = {
  kind: 'container',
  name: 'c',
  path: 'spec.containers[0].image',
  image: 'example.test/app:v1',
  pullPolicy: 'IfNotPresent',
  needed: true,
};
const evidence = { host: 'example.test', asked: 'manifest', method: 'HEAD', status: 404 } as const;
const notFound: Finding = {
  kind: 'image-not-found',
  use,
  attempts: [],
  unused: [],
  nearestTags: [],
  hidden: false,
  answer: { kind: 'not-found', evidence },
};
const throttled: Finding = { kind: 'rate-limited', use, answer: { kind: 'throttled', evidence } };
const latest: Finding = { kind: 'latest-tag', use, written: 'latest' };
const neverPull: Finding = { kind: 'never-pull', use };

const mustAllow: Expected = { verdict: ['allow', 'warn'], kinds: [] };
const mustDeny: Expected = { verdict: ['deny'], kinds: ['image-not-found'] };

interface Case {
  readonly it: string;
  readonly pulled: boolean | null;
  readonly expected: Expected;
  readonly findings: readonly Finding[];
  readonly is: Judgement;
}

const cases: readonly Case[] = [
  {
    it: 'agrees if the node pulled and there is no finding',
    pulled: true,
    expected: mustAllow,
    findings: [],
    is: 'agrees',
  },
  {
    it: 'agrees if the node failed and the cause is found',
    pulled: false,
    expected: mustDeny,
    findings: [notFound],
    is: 'agrees',
  },
  { it: 'ignores habits', pulled: true, expected: mustAllow, findings: [latest], is: 'agrees' },
  { it: 'reports a false denial', pulled: true, expected: mustAllow, findings: [notFound], is: 'false denial' },
  { it: 'reports a false alarm', pulled: true, expected: mustAllow, findings: [throttled], is: 'false alarm' },
  {
    it: 'agrees with a warning that is permitted',
    pulled: true,
    expected: { ...mustAllow, mayAlarm: true },
    findings: [throttled],
    is: 'agrees',
  },
  {
    it: 'reports a denial even if a warning is permitted',
    pulled: true,
    expected: { ...mustAllow, mayAlarm: true },
    findings: [notFound],
    is: 'false denial',
  },
  { it: 'reports a failure without a finding', pulled: false, expected: mustDeny, findings: [latest], is: 'missed' },
  { it: 'reports a wrong verdict', pulled: false, expected: mustDeny, findings: [throttled], is: 'wrong verdict' },
  {
    it: 'reports a wrong cause',
    pulled: false,
    expected: { verdict: ['warn', 'deny'], kinds: ['registry-unreachable'] },
    findings: [throttled],
    is: 'wrong cause',
  },
  {
    it: 'reports an incomplete image without a finding as undetected',
    pulled: false,
    expected: { verdict: ['warn', 'deny'], kinds: ['image-incomplete'] },
    findings: [],
    is: 'undetected',
  },
  {
    it: 'counts a habit that is the expected cause',
    pulled: false,
    expected: { verdict: ['warn', 'deny'], kinds: ['never-pull-absent', 'never-pull'] },
    findings: [neverPull],
    is: 'agrees',
  },
  {
    it: 'agrees with every finding if the node did not decide',
    pulled: null,
    expected: { verdict: ['allow', 'warn', 'deny'], kinds: [] },
    findings: [notFound],
    is: 'agrees',
  },
];

describe('the comparison', () => {
  for (const { it, pulled, expected, findings, is } of cases) {
    test(it, () => {
      assert.equal(compare(findings, { pulled }, expected).judgement, is);
    });
  }
});
