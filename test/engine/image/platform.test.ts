import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatPlatform, parsePlatform, pickPlatform } from '../../../src/engine/image/platform.ts';

const cases = [
  {
    it: 'an entry without a platform where nothing matches',
    node: 'linux/amd64',
    offered: ['linux/arm64', ''],
    taken: 1,
  },
  { it: 'a match before an entry without a platform', node: 'linux/amd64', offered: ['', 'linux/amd64'], taken: 1 },
  { it: 'linux/386 on amd64 where nothing better is there', node: 'linux/amd64', offered: ['linux/386'], taken: 0 },
  { it: 'the nearest variant below', node: 'linux/arm/v7', offered: ['linux/arm/v5', 'linux/arm/v6'], taken: 1 },
  { it: 'nothing above its own variant', node: 'linux/amd64', offered: ['linux/amd64/v2'], taken: undefined },
  { it: 'the first of equals', node: 'linux/arm64', offered: ['linux/aarch64', 'linux/arm64/v8'], taken: 0 },
  { it: 'arm v8 on arm64', node: 'linux/arm64', offered: ['linux/arm/v7', 'linux/arm/v8'], taken: 1 },
];

describe('pickPlatform takes', () => {
  for (const { it: sentence, node, offered, taken } of cases) {
    it(sentence, () => {
      const own = parsePlatform(node);
      assert(own !== undefined);
      assert.equal(pickPlatform(own, offered.map(parsePlatform)), taken);
    });
  }
});

describe('parsePlatform', () => {
  it('reads what formatPlatform writes', () => {
    const platform = { os: 'linux', architecture: 'arm', variant: 'v7' };
    assert.deepEqual(parsePlatform(formatPlatform(platform)), platform);
  });

  for (const text of ['linux', 'linux/', 'linux/arm/v7/x', 'linux/*', '']) {
    it(`refuses "${text}"`, () => assert.equal(parsePlatform(text), undefined));
  }
});
