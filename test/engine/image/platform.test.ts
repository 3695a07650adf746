import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatPlatform, parsePlatform, pickPlatform } from '../../../src/engine/image/platform.ts';

const cases = [
  {
    it: 'an entry without a platform if no other matches',
    node: 'linux/amd64',
    offered: ['linux/arm64', ''],
    expected: 1,
  },
  {
    it: 'a match rather than an entry without a platform',
    node: 'linux/amd64',
    offered: ['', 'linux/amd64'],
    expected: 1,
  },
  { it: 'linux/386 on amd64 if there is no better match', node: 'linux/amd64', offered: ['linux/386'], expected: 0 },
  {
    it: 'the highest variant below its own',
    node: 'linux/arm/v7',
    offered: ['linux/arm/v5', 'linux/arm/v6'],
    expected: 1,
  },
  { it: 'no variant above its own', node: 'linux/amd64', offered: ['linux/amd64/v2'], expected: undefined },
  { it: 'the first of equal entries', node: 'linux/arm64', offered: ['linux/aarch64', 'linux/arm64/v8'], expected: 0 },
  {
    it: 'the entry for the Windows version of the node',
    node: 'windows(10.0.17763)/amd64',
    offered: ['windows(10.0.20348.1)/amd64', 'windows(10.0.17763.9)/amd64'],
    expected: 1,
  },
  {
    it: 'no Windows version that is newer than the node',
    node: 'windows(10.0.20348)/amd64',
    offered: ['windows(10.0.26100.1)/amd64'],
    expected: undefined,
  },
  {
    it: 'any Windows version if that of the node is unknown',
    node: 'windows/amd64',
    offered: ['windows(10.0.26100.1)/amd64'],
    expected: 0,
  },
  { it: 'arm v8 on arm64', node: 'linux/arm64', offered: ['linux/arm/v7', 'linux/arm/v8'], expected: 1 },
];

describe('pickPlatform returns', () => {
  for (const { it, node, offered, expected } of cases) {
    test(it, () => {
      const own = parsePlatform(node);
      assert(own !== undefined);
      assert.equal(pickPlatform(own, offered.map(parsePlatform)), expected);
    });
  }
});

describe('parsePlatform', () => {
  for (const text of ['linux/amd64', 'linux/arm/v7', 'windows(10.0.20348)/amd64']) {
    test(`parses ${text}, and formatPlatform writes it again`, () => {
      const platform = parsePlatform(text);
      assert(platform !== undefined);
      assert.equal(formatPlatform(platform), text);
    });
  }

  for (const text of ['linux', 'linux/', 'linux/arm/v7/x', 'linux/*', 'windows()/amd64', '']) {
    test(`rejects "${text}"`, () => assert.equal(parsePlatform(text), undefined));
  }
});
