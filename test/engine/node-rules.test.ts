import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../src/engine/finding.ts';
import { mindOtherNodes } from '../../src/engine/node-rules.ts';
import type { NodeFacts } from '../../src/engine/nodes/node.ts';
import type { ImageUse } from '../../src/engine/workload/image-use.ts';
import * as answers from '../support/answers.ts';
import { node } from '../support/pods.ts';

const fact: Readonly<Record<string, Partial<NodeFacts>>> = {
  containerd: {},
  'CRI-O': { runtimeVersion: 'cri-o://1.34.0' },
  Docker: { runtimeVersion: 'docker://28.0.0' },
  'a newer kubelet': { kubeletVersion: 'v1.99.0' },
};

const use: ImageUse = {
  kind: 'container',
  name: 'c',
  path: 'spec.containers[0].image',
  image: 'registry.example.com/app:1',
  pullPolicy: 'IfNotPresent',
  needed: true,
};
const reference = { registry: 'registry.example.com', repository: 'app', tag: '1' };
const attempts = [{ answer: answers.refused }];
const unused = { secret: 's', from: 'pod', reason: 'no-entry' } as const;
const missing = { attempts: [], nearestTags: [], unused: [], hidden: false };
const redirected = { ...answers.notFound, evidence: { ...answers.notFound.evidence, getStatus: 200 } };

/** A finding about an image that is written with its host. */
const findings = {
  'an invalid name': { kind: 'invalid-image-name', use, reason: 'it contains whitespace' },
  'a malformed pull secret': { kind: 'pull-secret-malformed', secret: 's', reason: 'it is not JSON' },
  'an image that is absent': { kind: 'never-pull-absent', use, nodes: 1, ageMs: 0 },
  'an index without the platform': { kind: 'no-matching-platform', use, wanted: [], offered: [] },
  'an old manifest format': { kind: 'unsupported-manifest', use, answer: answers.unsupported },
  'a rejected credential': { kind: 'access-denied', use, attempts, answer: answers.refused, unused: [] },
  'a missing credential': { kind: 'access-denied', use, attempts, answer: answers.noCredentials, unused: [] },
  'a secret that does not match': {
    kind: 'access-denied',
    use,
    attempts,
    answer: answers.noCredentials,
    unused: [unused],
  },
  'a missing tag': { kind: 'image-not-found', use, answer: answers.notFound, ...missing },
  'a tag that only GET finds': { kind: 'image-not-found', use, answer: redirected, ...missing },
} as const satisfies Readonly<Record<string, Finding>>;

/** Which findings stay certain if a node of each kind may run the pod. */
const certain: Readonly<Record<keyof typeof findings, readonly string[]>> = {
  'an invalid name': ['containerd', 'CRI-O', 'Docker'],
  'a malformed pull secret': ['containerd', 'CRI-O', 'Docker'],
  'an image that is absent': ['containerd', 'CRI-O'],
  'an index without the platform': ['containerd', 'CRI-O', 'a newer kubelet'],
  'an old manifest format': ['containerd', 'CRI-O', 'a newer kubelet'],
  'a rejected credential': ['containerd', 'CRI-O'],
  'a missing credential': ['containerd', 'CRI-O', 'Docker', 'a newer kubelet'],
  'a secret that does not match': ['containerd', 'CRI-O'],
  'a missing tag': ['containerd', 'CRI-O', 'Docker', 'a newer kubelet'],
  'a tag that only GET finds': ['containerd', 'CRI-O', 'a newer kubelet'],
};

describe('a finding is certain if every node is known to follow the rules that it rests on:', () => {
  for (const name of Object.keys(findings) as (keyof typeof findings)[]) {
    for (const other of Object.keys(fact)) {
      const expected = certain[name].includes(other);
      test(`${name}, with ${other}: ${expected ? 'certain' : 'a warning'}`, () => {
        const found = mindOtherNodes({ ...findings[name], reference }, [node('a'), node('b', fact[other])]);
        assert.equal(found.mitigation, expected ? undefined : 'runtime');
      });
    }
  }
});

describe('an image without a host', () => {
  const short: Finding = {
    ...findings['a missing tag'],
    use: { ...use, image: 'app:1' },
    reference: { registry: 'docker.io', repository: 'library/app', tag: '1', unqualified: true },
  };
  const cases: readonly {
    readonly it: string;
    readonly finding: Finding;
    readonly runtime: string;
    readonly images?: readonly string[];
    readonly expected: Finding['mitigation'];
  }[] = [
    { it: 'is looked up at Docker Hub by Docker', finding: short, runtime: 'docker://28.0.0', expected: undefined },
    { it: 'is looked up by the search list of CRI-O', finding: short, runtime: 'cri-o://1.34.0', expected: undefined },
    {
      it: 'may be on a node with CRI-O under the name of another host',
      finding: short,
      runtime: 'cri-o://1.34.0',
      images: ['quay.io/app:1'],
      expected: 'runtime',
    },
    {
      it: 'is never under the name of another host with containerd',
      finding: short,
      runtime: 'containerd://2.4.2',
      images: ['quay.io/app:1'],
      expected: undefined,
    },
    {
      it: 'may be looked up elsewhere by an unknown runtime',
      finding: short,
      runtime: 'other://1.0.0',
      expected: 'runtime',
    },
    {
      it: 'does not stay without a host after a rewrite',
      finding: { ...short, reference },
      runtime: 'cri-o://1.34.0',
      expected: undefined,
    },
  ];
  for (const { it, finding, runtime, images = [], expected } of cases)
    test(it, () => {
      const facts = node('n', { runtimeVersion: runtime, images: new Set(images) });
      assert.equal(mindOtherNodes(finding, [facts]).mitigation, expected);
    });
});

describe('a finding about the image of a volume', () => {
  const ofVolume: Finding = { ...findings['a missing tag'], use: { ...use, kind: 'volume' } };
  for (const { kubeletVersion, expected } of [
    { kubeletVersion: 'v1.34.9', expected: 'runtime' },
    { kubeletVersion: 'v1.35.0', expected: undefined },
  ])
    test(`is ${expected === undefined ? 'certain' : 'a warning'} on kubelet ${kubeletVersion}`, () =>
      assert.equal(mindOtherNodes(ofVolume, [node('n', { kubeletVersion })]).mitigation, expected));
});

describe('the rules are known of', () => {
  const versions = {
    'containerd://1.6.38': false,
    'containerd://1.7.35': true,
    'containerd://2.4.2': true,
    'containerd://2.1.5-k3s1': true,
    'containerd://v1.7.0': true,
    'cri-o://1.34.0': true,
    'cri-o://1.28.11': false,
    'docker://28.5.2': false,
    '': false,
  };
  for (const [runtimeVersion, expected] of Object.entries(versions))
    test(`${runtimeVersion === '' ? 'an unknown runtime' : runtimeVersion}: ${expected ? 'yes' : 'no'}`, () => {
      const found = mindOtherNodes(findings['an old manifest format'], [node('n', { runtimeVersion })]);
      assert.equal(found.mitigation, expected ? undefined : 'runtime');
    });
});
