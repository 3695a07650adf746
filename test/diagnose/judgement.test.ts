import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judge, nowOf, type Judgement } from '../../src/diagnose/judgement.ts';
import type { PullCause } from '../../src/diagnose/pull-cause.ts';
import type { Said } from '../../src/diagnose/said.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { unreachable } from '../support/answers.ts';
import { sample } from '../words/sample-findings.ts';

function said(cause: PullCause): Said {
  return { reason: 'ImagePullBackOff', error: 'x', from: 'status', cause };
}

interface Case {
  readonly it: string;
  readonly cause: PullCause;
  readonly findings: readonly Finding[];
  readonly nodeKnown?: boolean;
  readonly is: Judgement;
}

const anonymous = sample('access-denied', { attempts: [] });

const cases: readonly Case[] = [
  {
    it: 'a missing tag that is still missing',
    cause: 'not-found',
    findings: [sample('image-not-found'), sample('latest-tag')],
    is: { side: 'reference', relation: 'agree', heals: 'once-fixed' },
  },
  {
    it: 'a missing tag that was pushed since',
    cause: 'not-found',
    findings: [sample('not-pinned')],
    is: { side: 'reference', relation: 'healed', heals: 'next-retry' },
  },
  {
    it: 'a refusal that names a secret',
    cause: 'unauthorized',
    findings: [sample('access-denied')],
    is: { side: 'credentials', relation: 'agree', heals: 'once-fixed' },
  },
  {
    it: 'a refusal of a pod without secrets, which gets none later',
    cause: 'access-hidden',
    findings: [anonymous],
    is: { side: 'credentials', relation: 'agree', heals: 'new-pod' },
  },
  {
    it: 'a refusal that hides a missing repository',
    cause: 'access-hidden',
    findings: [sample('image-not-found')],
    is: { side: 'credentials', relation: 'agree', heals: 'once-fixed' },
  },
  {
    it: 'credentials that work now',
    cause: 'forbidden',
    findings: [],
    is: { side: 'credentials', relation: 'healed', heals: 'next-retry' },
  },
  {
    it: 'a registry that only the node cannot resolve',
    cause: 'unknown-host',
    findings: [],
    is: { side: 'way', relation: 'node-only', heals: 'once-fixed' },
  },
  {
    it: 'a timeout of the node, which may pass',
    cause: 'timeout',
    findings: [],
    is: { side: 'way', relation: 'node-only', heals: 'in-time' },
  },
  {
    it: 'a node that does not get as far as the refusal',
    cause: 'untrusted-certificate',
    findings: [sample('access-denied')],
    is: { side: 'way', relation: 'node-only', heals: 'once-fixed' },
  },
  {
    it: 'a registry that neither reaches',
    cause: 'connection-refused',
    findings: [sample('registry-unreachable')],
    is: { side: 'way', relation: 'agree', heals: 'in-time' },
  },
  {
    it: 'a registry that only the node reaches',
    cause: 'not-found',
    findings: [sample('registry-unreachable')],
    is: { side: 'reference', relation: 'kubelet-only', heals: 'once-fixed' },
  },
  {
    it: 'an image that Pullgate did not check',
    cause: 'rate-limited',
    findings: [sample('not-checked')],
    is: { side: 'way', relation: 'kubelet-only', heals: 'in-time' },
  },
  {
    it: 'a registry that now refuses what it did not have',
    cause: 'incomplete-image',
    findings: [sample('access-denied')],
    is: { side: 'credentials', relation: 'changed', heals: 'once-fixed' },
  },
  {
    it: 'a full disk, whatever the registry says',
    cause: 'disk-full',
    findings: [],
    is: { side: 'node', relation: 'on-node', heals: 'once-fixed' },
  },
  {
    it: 'a message without a cause, and a registry that has one',
    cause: 'unknown',
    findings: [sample('image-not-found')],
    is: { side: 'reference', relation: 'registry-explains', heals: 'once-fixed' },
  },
  {
    it: 'a message without a cause, and a registry that serves the image',
    cause: 'unknown',
    findings: [],
    is: { side: 'unknown', relation: 'unexplained', heals: 'unknown' },
  },
  {
    it: 'a web page, which explains a refusal',
    cause: 'forbidden',
    findings: [sample('registry-unreachable', { answer: unreachable('web-page') })],
    is: { side: 'way', relation: 'registry-explains', heals: 'in-time' },
  },
  {
    it: 'a challenge that cannot be answered',
    cause: 'login-failed',
    findings: [sample('access-denied')],
    is: { side: 'way', relation: 'agree', heals: 'once-fixed' },
  },
  {
    it: 'an invalid name, which no retry heals',
    cause: 'invalid-name',
    findings: [sample('invalid-image-name')],
    is: { side: 'reference', relation: 'agree', heals: 'new-pod' },
  },
  {
    it: 'a warning about another platform, which kept no pull from working',
    cause: 'timeout',
    findings: [sample('wrong-platform')],
    is: { side: 'way', relation: 'node-only', heals: 'in-time' },
  },
  {
    it: 'a platform that was pushed since',
    cause: 'no-platform',
    findings: [],
    is: { side: 'image', relation: 'healed', heals: 'next-retry' },
  },
  {
    it: 'a platform that cannot be compared',
    cause: 'no-platform',
    findings: [],
    nodeKnown: false,
    is: { side: 'image', relation: 'not-refuted', heals: 'once-fixed' },
  },
  {
    it: 'a signature, which no registry answers for',
    cause: 'signature-rejected',
    findings: [],
    is: { side: 'image', relation: 'not-refuted', heals: 'once-fixed' },
  },
  {
    it: 'an image of another platform, after its pull',
    cause: 'other-platform',
    findings: [sample('wrong-platform')],
    is: { side: 'image', relation: 'agree', heals: 'once-fixed' },
  },
];

describe('both sides together', () => {
  for (const { it, cause, findings, nodeKnown = true, is } of cases) {
    test(`say: ${it}`, () => assert.deepEqual(judge(said(cause), nowOf(findings, said(cause)), nodeKnown), is));
  }
});
