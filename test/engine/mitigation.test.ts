import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ImageUse } from '../../src/engine/workload/image-use.ts';
import { mayBeHidden, mitigationOfFailure, mitigationOfUse, type FailureFacts } from '../../src/engine/mitigation.ts';
import type { NodeFacts } from '../../src/engine/nodes/node.ts';
import { placementOf } from '../../src/engine/nodes/placement.ts';
import { presence } from '../../src/engine/nodes/presence.ts';
import * as answers from '../support/answers.ts';
import { node } from '../support/pods.ts';

const digest = answers.digestOf('a');
const reference = { registry: 'docker.io', repository: 'library/nginx', tag: '1' };
const holding = (...images: readonly string[]) => node('n', { images: new Set(images) });

const at = async (nodes: readonly NodeFacts[], ageMs = 0) => placementOf({}, { nodes, ageMs }, () => Promise.resolve());

const presences = [
  {
    it: 'somewhere if a node lists the tag',
    nodes: [node('a'), holding('docker.io/library/nginx:1')],
    expected: 'somewhere',
  },
  { it: 'absent if all lists are complete and none has it', nodes: [node('a'), node('b')], expected: 'absent' },
  {
    it: 'unknown if one list is incomplete',
    nodes: [node('a'), node('b', { imagesComplete: false })],
    expected: 'unknown',
  },
  { it: 'unknown if no node is known', nodes: [], expected: 'unknown' },
  { it: 'absent if a node has only another tag', nodes: [holding('docker.io/library/nginx:2')], expected: 'absent' },
] as const;

describe('presence is', () => {
  for (const { it, nodes, expected } of presences)
    test(it, async () => assert.equal(presence(await at(nodes), reference), expected));

  test('unknown if the lists are a minute old', async () => {
    assert.equal(presence(await at([node('a')], 60_000), reference), 'unknown');
  });

  test('absent for a digest if a node lists only the tag', async () => {
    const nodes = [holding('docker.io/library/nginx:1')];
    assert.equal(presence(await at(nodes), { ...reference, digest }), 'absent');
  });

  test('somewhere for a digest, whatever the tag is', async () => {
    const nodes = [holding(`docker.io/library/nginx@${digest}`)];
    assert.equal(presence(await at(nodes), { ...reference, tag: 'other', digest }), 'somewhere');
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
const nodesWithImage = [holding('docker.io/library/nginx:1')];

describe('mitigationOfUse', () => {
  const cases = [
    {
      it: 'is on-node if the policy is IfNotPresent and a node has the image',
      use,
      nodes: nodesWithImage,
      expected: 'on-node',
    },
    {
      it: 'is undefined if the policy is Always',
      use: { ...use, pullPolicy: 'Always' as const },
      nodes: nodesWithImage,
      expected: undefined,
    },
    { it: 'is undefined if no node has the image', use, nodes: [node('n')], expected: undefined },
    {
      it: 'is replacement if another object controls this one and a node may have the image',
      use,
      nodes: [node('n', { imagesComplete: false })],
      controlled: true,
      expected: 'replacement',
    },
    {
      it: 'is undefined if another object controls this one and no node has the image',
      use,
      nodes: [node('n')],
      controlled: true,
      expected: undefined,
    },
    {
      it: 'is undefined if no other object controls this one and a node may have the image',
      use,
      nodes: [node('n', { imagesComplete: false })],
      expected: undefined,
    },
    {
      it: 'is unmounted for a volume that no container mounts',
      use: { ...use, needed: false },
      nodes: [],
      expected: 'unmounted',
    },
  ];
  for (const { it, use: given, nodes, controlled = false, expected } of cases) {
    test(it, async () => {
      const context = { workload: { controlled }, placement: await at(nodes) };
      assert.equal(mitigationOfUse(given, reference, context), expected);
    });
  }
});

const facts: FailureFacts = {
  cause: answers.refused,
  hidden: false,
  unseen: undefined,
  secretPending: false,
};
const source = { kind: 'secret', secret: 's', entry: 'e' } as const;
const unseen = { because: 'pattern' } as const;

const failureCases: readonly { it: string; facts: Partial<FailureFacts>; expected: string | undefined }[] = [
  { it: 'a refusal is certain', facts: {}, expected: undefined },
  {
    it: 'a refusal by a host that does not answer like a registry is not certain',
    facts: { cause: { ...answers.refused, unproven: true } },
    expected: 'unproven',
  },
  { it: 'a missing secret may fix a refusal', facts: { secretPending: true }, expected: 'secret-pending' },
  {
    it: 'a missing secret does not fix an outage',
    facts: { cause: answers.unreachable('connection-refused'), secretPending: true },
    expected: undefined,
  },
  {
    it: 'a missing tag in a known repository is certain',
    facts: { cause: answers.notFound, unseen },
    expected: undefined,
  },
  {
    it: 'a 404 may hide the image if the node may have other credentials',
    facts: { cause: answers.nameUnknown, hidden: true, unseen },
    expected: 'hidden',
  },
  {
    it: 'a 404 is certain if the node has no other credentials',
    facts: { cause: answers.nameUnknown, hidden: true },
    expected: undefined,
  },
];

describe('mitigationOfFailure', () => {
  for (const { it, facts: given, expected } of failureCases) {
    test(it, () => assert.equal(mitigationOfFailure({ ...facts, ...given }), expected));
  }
});

describe('a 404 may hide the image', () => {
  const anonymous = [{ answer: answers.nameUnknown }];
  const withCredential = [{ source, answer: answers.nameUnknown }];
  const unreadable = { because: 'secret-unreadable' } as const;
  const cases = [
    {
      it: 'if every attempt was anonymous',
      actual: mayBeHidden(answers.nameUnknown, anonymous, unseen, []),
      expected: true,
    },
    {
      it: 'but not if a credential was tried',
      actual: mayBeHidden(answers.nameUnknown, withCredential, unseen, []),
      expected: false,
    },
    {
      it: 'if a secret could not be read',
      actual: mayBeHidden(answers.nameUnknown, withCredential, unreadable, []),
      expected: true,
    },
    {
      it: 'but not if the registry knows the repository',
      actual: mayBeHidden(answers.notFound, anonymous, unseen, []),
      expected: false,
    },
    {
      it: 'but not if the registry lists its tags',
      actual: mayBeHidden(answers.nameUnknown, anonymous, unseen, ['1.0']),
      expected: false,
    },
    { it: 'but not after a refusal', actual: mayBeHidden(answers.refused, anonymous, unseen, []), expected: false },
  ];
  for (const { it, actual, expected } of cases) test(it, () => assert.equal(actual, expected));
});
