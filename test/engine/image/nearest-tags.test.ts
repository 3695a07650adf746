import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nearestTags } from '../../../src/engine/image/nearest-tags.ts';
import { cpuMs } from '../../support/cpu-ms.ts';

const releases = ['1.26.3', '1.27.0', '1.27.1', '1.27.10', '1.27.1-alpine', 'v2.0.0', 'latest', 'stable', '3'];

const cases = [
  { it: 'returns another spelling of the version first', wanted: 'v1.27.1', tags: releases, first: '1.27.1' },
  { it: 'treats 1.27 and 1.27.0 as equal', wanted: '1.27', tags: releases, first: '1.27.0' },
  { it: 'treats v2 and v2.0.0 as equal', wanted: 'v2', tags: releases, first: 'v2.0.0' },
  {
    it: 'returns the newest patch release of the same minor version',
    wanted: '1.27.44',
    tags: ['1.27.9', '1.27.30'],
    first: '1.27.30',
  },
  {
    it: 'prefers the same minor version to a version that differs by one character',
    wanted: '1.4.3',
    tags: ['1.4.0', '1.4.2', '1.9.3', '2.4.3'],
    first: '1.4.2',
  },
  { it: 'keeps the suffix', wanted: '1.27.2-alpine', tags: ['1.27.1', '1.27.1-alpine'], first: '1.27.1-alpine' },
  { it: 'corrects a typing error', wanted: 'stabel', tags: releases, first: 'stable' },
  { it: 'ignores upper case', wanted: 'Stable', tags: releases, first: 'stable' },
  {
    it: 'returns the newest release for latest',
    wanted: 'latest',
    tags: ['1.2.0', '1.10.0', '1.11.0-rc1'],
    first: '1.10.0',
  },
  { it: 'returns nothing if no tag is similar', wanted: 'feature-x', tags: releases, first: undefined },
  { it: 'returns nothing without tags', wanted: 'v1', tags: [], first: undefined },
  { it: 'never returns the wanted tag itself', wanted: 'v1', tags: ['v1'], first: undefined },
  {
    it: 'ignores text that is not a valid tag',
    wanted: 'v1',
    tags: ['v1\u001b[31m', 'v1 ', '-v1', ''],
    first: undefined,
  },
];

describe('nearestTags', () => {
  for (const { it, wanted, tags, first } of cases) {
    test(it, () => assert.equal(nearestTags(wanted, tags, 3)[0], first));
  }

  test('returns no more tags than the limit', () => {
    assert.equal(nearestTags('1.27.2', releases, 2).length, 2);
  });

  test('reads only the first 10,000 tags', () => {
    const others = Array.from({ length: 10_000 }, (_, index) => `other-${index}`);
    assert.deepEqual(nearestTags('stabel', [...others.slice(1), 'stable'], 3), ['stable']);
    assert.deepEqual(nearestTags('stabel', [...others, 'stable'], 3), []);
  });

  test('needs less than 2 s of CPU time for 20,000 long tags', () => {
    const long = `build-${'0123456789abcdef'.repeat(7)}`;
    const tags = Array.from({ length: 20_000 }, (_, index) => `${long}-${index}`);
    assert.ok(cpuMs(() => nearestTags(`${long}-x`, tags, 3)) < 2_000);
  });
});
