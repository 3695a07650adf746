import assert from 'node:assert/strict';
import { test } from 'node:test';
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

const pulls: Expected = { verdict: ['allow', 'warn'], kinds: [] };
const fails: Expected = { verdict: ['deny'], kinds: ['image-not-found'] };

interface Case {
  readonly it: string;
  readonly pulled: boolean | null;
  readonly expected: Expected;
  readonly findings: readonly Finding[];
  readonly is: Judgement;
}

const cases: readonly Case[] = [
  { it: 'agrees on a pull without a word', pulled: true, expected: pulls, findings: [], is: 'agrees' },
  { it: 'agrees on a failure by its cause', pulled: false, expected: fails, findings: [notFound], is: 'agrees' },
  { it: 'leaves habits out', pulled: true, expected: pulls, findings: [latest], is: 'agrees' },
  { it: 'knows a false denial', pulled: true, expected: pulls, findings: [notFound], is: 'false denial' },
  { it: 'knows a false alarm', pulled: true, expected: pulls, findings: [throttled], is: 'false alarm' },
  {
    it: 'lets a warning pass where one may be given',
    pulled: true,
    expected: { ...pulls, mayAlarm: true },
    findings: [throttled],
    is: 'agrees',
  },
  {
    it: 'never lets a denial pass where the node pulled',
    pulled: true,
    expected: { ...pulls, mayAlarm: true },
    findings: [notFound],
    is: 'false denial',
  },
  { it: 'knows silence over a failure', pulled: false, expected: fails, findings: [latest], is: 'missed' },
  { it: 'knows a wrong verdict', pulled: false, expected: fails, findings: [throttled], is: 'wrong verdict' },
  {
    it: 'knows a wrong cause',
    pulled: false,
    expected: { verdict: ['warn', 'deny'], kinds: ['registry-unreachable'] },
    findings: [throttled],
    is: 'wrong cause',
  },
  {
    it: 'counts apart what the ordinary depth does not see',
    pulled: false,
    expected: { verdict: ['warn', 'deny'], kinds: ['image-incomplete'] },
    findings: [],
    is: 'undetected',
  },
  {
    it: 'counts a habit that is the very cause',
    pulled: false,
    expected: { verdict: ['warn', 'deny'], kinds: ['never-pull-absent', 'never-pull'] },
    findings: [neverPull],
    is: 'agrees',
  },
  {
    it: 'asks nothing of what the node left undecided',
    pulled: null,
    expected: { verdict: ['allow', 'warn', 'deny'], kinds: [] },
    findings: [notFound],
    is: 'agrees',
  },
];

for (const { it, pulled, expected, findings, is } of cases) {
  test(`the comparison ${it}`, () => {
    assert.equal(compare(findings, { pulled }, expected).judgement, is);
  });
}
