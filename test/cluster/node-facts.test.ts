import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeFacts, sharedTexts } from '../../src/cluster/node-facts.ts';

const cases = [
  {
    it: 'the kernel version of a Windows node is its version, without the patch level',
    info: { operatingSystem: 'windows', architecture: 'amd64', kernelVersion: '10.0.20348.2227' },
    platform: { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348' },
  },
  {
    it: 'a Windows node without a kernel version has no version',
    info: { operatingSystem: 'windows', architecture: 'amd64' },
    platform: { os: 'windows', architecture: 'amd64', osVersion: '' },
  },
  {
    it: 'the kernel version of a Linux node does not matter',
    info: { operatingSystem: 'linux', architecture: 'arm64', kernelVersion: '6.8.0-1' },
    platform: { os: 'linux', architecture: 'arm64' },
  },
];

for (const { it, info, platform } of cases) {
  test(it, () => {
    assert.deepEqual(nodeFacts({ status: { nodeInfo: info } }, 0, sharedTexts()).platform, platform);
  });
}
