import type { Platform } from '../../src/engine/image/platform.ts';
import * as answers from '../support/answers.ts';
import type { World } from '../support/fake-ports.ts';
import { node } from '../support/pods.ts';
import { testCases } from './check-case.ts';

const arm64 = { os: 'linux', architecture: 'arm64' };
const onlyAmd64 = indexOf({ os: 'linux', architecture: 'amd64' });
const onlyWindows2025 = indexOf({ os: 'windows', architecture: 'amd64', osVersion: '10.0.26100.1' });

/** A registry with an index that has one entry. */
function indexOf(platform: Platform): World {
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const digest = answers.digestOf('b');
  return {
    images: { 'app:1': { ...answers.found, mediaType }, [`app@${digest}`]: answers.found },
    manifests: {
      [answers.found.digest]: { kind: 'index', entries: [{ mediaType: answers.found.mediaType, digest, platform }] },
    },
  };
}

function tainted(architecture: string) {
  const taints = [{ key: 'arch', value: architecture, effect: 'NoSchedule' }];
  return node('tainted', { platform: { os: 'linux', architecture }, taints });
}

function windows(osVersion: string) {
  return node('w', { platform: { os: 'windows', architecture: 'amd64', osVersion } });
}

testCases('taints', [
  {
    it: 'of the only arm64 node keep an amd64 image from being reported',
    world: { ...onlyAmd64, nodes: [node('a'), tainted('arm64')] },
    finds: [],
  },
  {
    it: 'that the pod tolerates do not count',
    spec: { tolerations: [{ key: 'arch', operator: 'Exists' }] },
    world: { ...onlyAmd64, nodes: [node('a'), tainted('arm64')] },
    finds: ['no-matching-platform (some-nodes)'],
  },
  {
    it: 'that the pod tolerates by an equal value do not count',
    spec: { tolerations: [{ key: 'arch', value: 'arm64', effect: 'NoSchedule' }] },
    world: { ...onlyAmd64, nodes: [node('a'), tainted('arm64')] },
    finds: ['no-matching-platform (some-nodes)'],
  },
  {
    it: 'never make a denial, because a toleration may be added later',
    world: { ...onlyAmd64, nodes: [node('a', { platform: arm64 }), tainted('amd64')] },
    finds: ['no-matching-platform (some-nodes)'],
  },
  {
    it: 'of all nodes count as tolerated',
    world: { ...onlyAmd64, nodes: [tainted('arm64')] },
    finds: ['no-matching-platform'],
  },
]);

testCases('the version of Windows', [
  {
    it: 'of the nodes must fit',
    world: { ...onlyWindows2025, nodes: [windows('10.0.17763'), windows('10.0.20348')] },
    finds: ['no-matching-platform'],
  },
  {
    it: 'fits if the nodes run the image of the same release',
    world: { ...onlyWindows2025, nodes: [windows('10.0.26100')] },
    finds: [],
  },
  {
    it: 'of the nodes does not matter with a runtime class, which may isolate the container with Hyper-V',
    spec: { runtimeClassName: 'runhcs-wcow-hypervisor' },
    world: { ...onlyWindows2025, nodes: [windows('10.0.20348')] },
    finds: [],
  },
]);
