import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ManifestAnswer } from '../../src/engine/answer.ts';
import { checkWorkload } from '../../src/engine/check.ts';
import * as answers from '../support/answers.ts';
import { fakePorts, plainOptions } from '../support/fake-ports.ts';
import { node, pod, workloadOf } from '../support/pods.ts';
import { findingsOf, image, isAboutTag, testCases } from './check-case.ts';

const { host } = answers;
const index = { ...answers.found, mediaType: 'application/vnd.oci.image.index.v1+json' };
const armOnly: ManifestAnswer = {
  kind: 'index',
  entries: [{ ...answers.found, platform: { os: 'linux', architecture: 'arm64' } }],
};

testCases('the registry', [
  { it: 'has the image', world: { images: { 'app:1': answers.found } }, finds: [] },
  { it: 'does not have the tag', world: {}, finds: ['image-not-found'] },
  { it: 'is not asked for an invalid name', images: ['Nope'], world: {}, finds: ['invalid-image-name'] },
  { it: 'is not asked for a blank name', images: [' '], world: {}, finds: ['invalid-image-name'] },
  {
    it: 'refuses the address of Pullgate, but perhaps not that of the nodes',
    world: { images: { 'app:1': answers.refusedFor('no-permission', { status: 403, objection: 'address' }) } },
    finds: ['access-unknown'],
  },
  {
    it: 'refuses an account that is suspended',
    world: { images: { 'app:1': answers.refusedFor('no-permission', { status: 403, objection: 'suspended' }) } },
    finds: ['access-denied'],
  },
  { it: 'limits requests', world: { images: { 'app:1': answers.throttled } }, finds: ['rate-limited'] },
  {
    it: 'has an unknown host name',
    world: { images: { 'app:1': answers.unreachable('dns-not-found') } },
    finds: ['registry-unknown-host'],
  },
  {
    it: 'has an expired certificate',
    world: { images: { 'app:1': answers.unreachable('tls-expired') } },
    finds: ['registry-untrusted'],
  },
  {
    it: 'refuses connections',
    world: { images: { 'app:1': answers.unreachable('connection-refused') } },
    finds: ['registry-unreachable'],
  },
  {
    it: 'has a manifest that container runtimes cannot pull',
    world: { images: { 'app:1': answers.unsupported } },
    finds: ['unsupported-manifest'],
  },
  {
    it: 'is not asked while its breaker is open',
    world: { images: { 'app:1': answers.notAsked } },
    finds: ['not-checked'],
  },
  {
    it: 'does not answer now, but had the image when it last answered',
    world: { images: { 'app:1': { ...answers.found, stale: answers.unreachable('timeout') } } },
    finds: ['registry-unreachable (last-known)'],
  },
  {
    it: 'has only one of two images',
    images: [image, `${host}/other:1`],
    world: { images: { 'app:1': answers.found } },
    finds: ['image-not-found'],
  },
]);

testCases('an index without the platform of the nodes', [
  {
    it: 'cannot be pulled',
    world: { images: { 'app:1': index }, manifests: { [index.digest]: armOnly }, nodes: [node('n')] },
    finds: ['no-matching-platform'],
  },
  {
    it: 'may be replaced by the image of another host',
    world: {
      images: { 'app:1': { ...index, othersFollow: true } },
      manifests: { [index.digest]: armOnly },
      nodes: [node('n')],
    },
    finds: ['no-matching-platform (other-host)'],
  },
]);

testCases('imagePullPolicy', [
  {
    it: 'IfNotPresent does no harm if a node has the image',
    world: { nodes: [node('n', { images: new Set([image]) })] },
    finds: ['image-not-found (on-node)'],
  },
  {
    it: 'Always needs the registry even if a node has the image',
    spec: { containers: [{ name: 'c', image, imagePullPolicy: 'Always' }] },
    world: { nodes: [node('n', { images: new Set([image]) })] },
    finds: ['image-not-found'],
  },
  {
    it: 'Never fails if no node has the image',
    spec: { containers: [{ name: 'c', image, imagePullPolicy: 'Never' }] },
    world: { nodes: [node('n')] },
    finds: ['never-pull-absent'],
  },
  {
    it: 'Never may fail if the image list of a node is incomplete',
    spec: { containers: [{ name: 'c', image, imagePullPolicy: 'Never' }] },
    world: { nodes: [node('n', { imagesComplete: false })] },
    finds: ['never-pull'],
  },
  {
    it: 'Never is fine if an init container of the pod pulls the image first',
    spec: { initContainers: [{ name: 'i', image }], containers: [{ name: 'c', image, imagePullPolicy: 'Never' }] },
    world: { nodes: [node('n')], images: { 'app:1': answers.found } },
    finds: [],
  },
  {
    it: 'Never is fine if another container pulls the image, because the kubelet tries again',
    spec: {
      containers: [
        { name: 'c', image, imagePullPolicy: 'Never' },
        { name: 'd', image },
      ],
    },
    world: { nodes: [node('n')], images: { 'app:1': answers.found } },
    finds: [],
  },
  {
    it: 'Never fails in an init container, which runs before the container that pulls the image',
    spec: { initContainers: [{ name: 'i', image, imagePullPolicy: 'Never' }], containers: [{ name: 'c', image }] },
    world: { nodes: [node('n')], images: { 'app:1': answers.found } },
    finds: ['never-pull-absent'],
  },
]);

testCases('an image volume', [
  {
    it: 'needs its image if a container mounts it',
    images: [],
    spec: {
      containers: [{ name: 'c', image, volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
      volumes: [{ name: 'v', image: { reference: `${host}/data:1` } }],
    },
    world: { images: { 'app:1': answers.found } },
    finds: ['image-not-found'],
  },
  {
    it: 'does no harm if no container mounts it',
    spec: { volumes: [{ name: 'v', image: { reference: `${host}/data:1` } }] },
    world: { images: { 'app:1': answers.found } },
    finds: ['image-not-found (unmounted)'],
  },
]);

testCases('a placeholder or rewrite', [
  { it: 'leaves a placeholder in a template unchecked', images: ['auto'], world: {}, finds: [] },
  {
    it: 'does not apply to a Pod, in which nothing replaces the placeholder',
    kind: 'Pod',
    images: ['auto'],
    world: {},
    finds: ['image-not-found'],
  },
  {
    it: 'gives an image in a template the name that its pods will have',
    images: ['nginx:1'],
    world: { images: { 'hub/library/nginx:1': answers.found } },
    options: { rewrites: [{ from: 'docker.io', to: 'mirror.example.com/hub' }] },
    finds: [],
  },
]);

describe('findings about the tag', () => {
  const digest = answers.digestOf('c');
  const images = { 'app:1': answers.found, 'app:latest': answers.found, [`app@${digest}`]: answers.found };
  const cases = [
    { it: 'a tag is not pinned', written: `${host}/app:1`, finds: ['not-pinned'] },
    { it: 'no tag means latest', written: `${host}/app`, finds: ['latest-tag', 'not-pinned'] },
    { it: 'latest is reported', written: `${host}/app:latest`, finds: ['latest-tag', 'not-pinned'] },
    { it: 'a digest is pinned, whatever the tag is', written: `${host}/app:latest@${digest}`, finds: [] },
  ];
  for (const { it, written, finds } of cases) {
    test(it, async () => {
      const { findings } = await findingsOf({ images: [written], world: { images } });
      assert.deepEqual(
        findings.map(({ kind }) => kind),
        finds,
      );
    });
  }

  test('a missing tag comes with similar tags', async () => {
    const { findings } = await findingsOf({ images: [`${host}/app:1.1`], world: { tags: ['1.0', '2', 'zebra'] } });
    const [finding] = findings;
    assert.ok(finding?.kind === 'image-not-found' && finding.nearestTags.includes('1.0'));
  });
});

describe('at the deadline', () => {
  test('finished checks keep their findings, and the other images are not checked', async () => {
    const stop = new AbortController();
    const workload = workloadOf('Pod', pod([image, 'slow.example.com/app:1', `${host}/gone:1`]), 'team');
    const { ports } = fakePorts({ images: { 'app:1': answers.found } });
    const registry = {
      ...ports.registry,
      resolve: async (...asked: Parameters<typeof ports.registry.resolve>) => {
        if (asked[0].reference.registry !== 'slow.example.com') return ports.registry.resolve(...asked);
        return new Promise<never>(() => setImmediate(() => stop.abort()));
      },
    };
    const plan = { workload, uses: workload.uses, serviceAccountApplied: true };
    const findings = await checkWorkload(plan, { ...ports, registry }, plainOptions, stop.signal);
    const found = findings.filter((finding) => !isAboutTag(finding)).map(({ kind, use }) => `${kind} ${use?.image}`);
    assert.deepEqual(found, ['not-checked slow.example.com/app:1', `image-not-found ${host}/gone:1`]);
  });

  test('no image is checked if the signal has already aborted', async () => {
    const { findings, asked } = await findingsOf({ images: [image, image], world: {} }, AbortSignal.abort());
    assert.deepEqual([findings.map(({ kind }) => kind), asked.length], [['not-checked', 'not-checked'], 0]);
  });

  test('a bug is thrown', async () => {
    const workload = workloadOf('Pod', pod([image]), 'team');
    const { ports } = fakePorts({});
    const registry = { ...ports.registry, resolve: () => Promise.reject(new TypeError('a bug')) };
    const plan = { workload, uses: workload.uses, serviceAccountApplied: true };
    const signal = new AbortController().signal;
    await assert.rejects(checkWorkload(plan, { ...ports, registry }, plainOptions, signal), TypeError);
  });
});
