import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlatform } from '../../src/engine/image/platform.ts';
import { platformFix } from '../../src/words/platform-fix.ts';

const image = 'registry.example.com/app:1';
const build = (platforms: string) => `docker buildx build --platform ${platforms} -t ${image} --push .`;

const cases = [
  {
    it: 'the architecture selects the nodes',
    offered: ['linux/amd64'],
    wanted: ['linux/arm64'],
    selector: 'kubernetes.io/arch: amd64',
    command: build('linux/amd64,linux/arm64'),
  },
  {
    it: 'the operating system selects the nodes',
    offered: ['linux/amd64'],
    wanted: ['windows(10.0.20348)/amd64'],
    selector: 'kubernetes.io/os: linux',
    command: build("'linux/amd64,windows(10.0.20348)/amd64'"),
  },
  {
    it: 'the Windows version selects the nodes, without the patch level',
    offered: ['windows(10.0.17763.5329)/amd64'],
    wanted: ['windows(10.0.20348)/amd64'],
    selector: 'node.kubernetes.io/windows-build: 10.0.17763',
    command: build("'windows(10.0.17763.5329)/amd64,windows(10.0.20348)/amd64'"),
  },
];

for (const { it, offered, wanted, selector, command } of cases) {
  test(it, () => {
    const fix = platformFix(image, wanted.flatMap(platform), offered.flatMap(platform));
    assert.match(fix.advice, new RegExp(`nodeSelector ${RegExp.escape(selector)}\\)`));
    assert.equal(fix.command, command);
  });
}

function platform(text: string) {
  return parsePlatform(text) ?? [];
}
