import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Offer, pickInstance } from '../../../src/engine/image/instance.ts';
import { parsePlatform } from '../../../src/engine/image/platform.ts';

/** `linux/amd64 zstd` as an offer; an empty text is one without a platform. */
function offer(text: string): Offer {
  const [name = '', zstd] = text.split(' ');
  const platform = parsePlatform(name);
  return { ...(platform && { platform }), ...(zstd !== undefined && { zstd: true }) };
}

const cases: readonly (readonly [node: string, offers: readonly string[], picked: number | undefined])[] = [
  ['linux/amd64', ['linux/arm64', 'linux/amd64'], 1],
  ['linux/amd64', ['linux/amd64', 'linux/amd64'], 0],
  ['linux/amd64', ['linux/amd64/v1'], undefined],
  ['linux/amd64', ['linux/386', 'linux/x86_64', 'Linux/amd64'], undefined],
  ['linux/amd64', ['', 'linux/amd64'], 1],
  ['linux/amd64', ['linux/arm64', ''], 1],
  ['linux/amd64', ['linux/amd64', 'linux/amd64 zstd'], 1],
  ['linux/amd64', [' zstd', 'linux/amd64'], 1],
  ['linux/arm64', ['linux/arm64', 'linux/arm64/v8'], 1],
  ['linux/arm64', ['linux/arm64/v9', 'linux/arm/v7'], undefined],
  ['linux/arm', ['linux/arm/v6', 'linux/arm/v7'], 1],
  ['linux/s390x', [], undefined],
];

describe('pickInstance', () => {
  for (const [node, offers, picked] of cases) {
    test(`for ${node} takes ${picked ?? 'none'} of ${offers.map((text) => text || 'no platform').join(', ')}`, () => {
      const platform = parsePlatform(node);
      assert.ok(platform);
      assert.equal(pickInstance(platform, offers.map(offer)), picked);
    });
  }

  test('ignores the features of an operating system', () => {
    const platform = { os: 'linux(+win32k)', architecture: 'amd64' };
    assert.equal(pickInstance({ os: 'linux', architecture: 'amd64' }, [{ platform }]), 0);
  });
});
