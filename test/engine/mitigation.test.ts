import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ImageUse } from '../../src/engine/workload/image-use.ts';
import { mayBeHidden, mitigationOfFailure, mitigationOfUse, type FailureFacts } from '../../src/engine/mitigation.ts';
import { presence } from '../../src/engine/nodes/presence.ts';
import * as answers from '../support/answers.ts';
import { node } from '../support/pods.ts';

const digest = answers.digestOf('a');
const reference = { registry: 'docker.io', repository: 'library/nginx', tag: '1' };
const holding = (...images: readonly string[]) => node('n', { images: new Set(images) });

const presences = [
  {
    it: 'somewhere when a node lists the tag',
    nodes: [node('a'), holding('docker.io/library/nginx:1')],
    is: 'somewhere',
  },
  { it: 'absent when every list is whole and none has it', nodes: [node('a'), node('b')], is: 'absent' },
  { it: 'unknown when one list is capped', nodes: [node('a'), node('b', { imagesComplete: false })], is: 'unknown' },
  { it: 'unknown when no node is in sight', nodes: [], is: 'unknown' },
  { it: 'absent when only another tag is there', nodes: [holding('docker.io/library/nginx:2')], is: 'absent' },
] as const;

describe('an image is', () => {
  for (const { it, nodes, is } of presences) test(it, () => assert.equal(presence(nodes, reference), is));

  test('absent by digest when it is there by tag alone', () => {
    const nodes = [holding('docker.io/library/nginx:1')];
    assert.equal(presence(nodes, { ...reference, digest }), 'absent');
  });

  test('somewhere by digest whatever the tag says', () => {
    const nodes = [holding(`docker.io/library/nginx@${digest}`)];
    assert.equal(presence(nodes, { ...reference, tag: 'other', digest }), 'somewhere');
  });
});

const use: ImageUse = {
  kind: 'container',
  name: 'c',
  path: 'p',
  image: 'nginx:1',
  pullPolicy: 'IfNotPresent',
  needed: true,
};
const there = [holding('docker.io/library/nginx:1')];

describe('a failure does no harm', () => {
  const cases = [
    { it: 'where IfNotPresent finds the image on a node', use, nodes: there, is: 'on-node' },
    {
      it: 'but Always needs the registry',
      use: { ...use, pullPolicy: 'Always' as const },
      nodes: there,
      is: undefined,
    },
    { it: 'but not where no node has it', use, nodes: [node('n')], is: undefined },
    { it: 'to a volume that nothing mounts', use: { ...use, needed: false }, nodes: [], is: 'unmounted' },
  ];
  for (const { it, use: of, nodes, is } of cases)
    test(it, () => assert.equal(mitigationOfUse(of, reference, nodes), is));
});

const facts: FailureFacts = {
  cause: answers.refused,
  hidden: false,
  unseen: undefined,
  secretPending: false,
  candidates: [node('n')],
};
const source = { kind: 'secret', secret: 's', entry: 'e' } as const;
const unseen = { because: 'pattern' } as const;
const crio = [node('n'), node('m', { runtime: 'cri-o' })];

const uncertainties: readonly { it: string; facts: Partial<FailureFacts>; is: string | undefined }[] = [
  { it: 'a refusal is certain', facts: {}, is: undefined },
  { it: 'a refusal may be mended by a secret that is to come', facts: { secretPending: true }, is: 'secret-pending' },
  {
    it: 'an outage is not mended by a secret',
    facts: { cause: answers.unreachable('connection-refused'), secretPending: true },
    is: undefined,
  },
  {
    it: 'a missing tag of a repository that is known is certain',
    facts: { cause: answers.notFound, unseen },
    is: undefined,
  },
  {
    it: 'a 404 to nobody in particular may hide the image',
    facts: { cause: answers.nameUnknown, hidden: true, unseen },
    is: 'hidden',
  },
  {
    it: 'a 404 hides nothing where nobody holds more credentials',
    facts: { cause: answers.nameUnknown, hidden: true },
    is: undefined,
  },
  { it: 'a rejected credential may be passed over by another runtime', facts: { candidates: crio }, is: 'runtime' },
  {
    it: 'a registry that wants credentials refuses every runtime without',
    facts: { cause: answers.noCredentials, candidates: crio },
    is: undefined,
  },
  {
    it: 'an old manifest may please an old runtime',
    facts: { cause: answers.unsupported, candidates: crio },
    is: 'runtime',
  },
  {
    it: 'a kubelet that is not known may have other rules',
    facts: { candidates: [node('n', { kubeletVersion: 'v1.99.0' })] },
    is: 'runtime',
  },
  {
    it: 'a 404 to HEAD and a 200 to GET is up to the runtime',
    facts: {
      cause: { ...answers.notFound, evidence: { ...answers.notFound.evidence, getStatus: 200 } },
      candidates: crio,
    },
    is: 'runtime',
  },
];

describe('whether the node would fail too', () => {
  for (const { it, facts: given, is } of uncertainties) {
    test(it, () => assert.equal(mitigationOfFailure({ ...facts, ...given }), is));
  }
});

describe('a repository may be hidden', () => {
  const anonymous = [{ answer: answers.nameUnknown }];
  const letIn = [{ source, answer: answers.nameUnknown }];
  const unreadable = { because: 'secret-unreadable' } as const;
  const cases = [
    { it: 'if nobody was let in', is: mayBeHidden(answers.nameUnknown, anonymous, unseen, []), hidden: true },
    { it: 'not from somebody who was let in', is: mayBeHidden(answers.nameUnknown, letIn, unseen, []), hidden: false },
    {
      it: 'from everybody if a secret could not be read',
      is: mayBeHidden(answers.nameUnknown, letIn, unreadable, []),
      hidden: true,
    },
    { it: 'not if the registry knows it', is: mayBeHidden(answers.notFound, anonymous, unseen, []), hidden: false },
    {
      it: 'not if the registry lists its tags',
      is: mayBeHidden(answers.nameUnknown, anonymous, unseen, ['1.0']),
      hidden: false,
    },
    { it: 'not by a refusal', is: mayBeHidden(answers.refused, anonymous, unseen, []), hidden: false },
  ];
  for (const { it, is, hidden } of cases) test(it, () => assert.equal(is, hidden));
});
