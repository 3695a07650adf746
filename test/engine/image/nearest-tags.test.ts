import assert from 'node:assert/strict';
import { test } from 'node:test';

import { nearestTags } from '../../../src/engine/image/nearest-tags.ts';

const releases = ['1.26.3', '1.27.0', '1.27.1', '1.27.10', '1.27.1-alpine', 'v2.0.0', 'latest', 'stable', '3'];

const cases = [
  { it: 'finds the version with another spelling first', wanted: 'v1.27.1', tags: releases, first: '1.27.1' },
  { it: 'takes 1.27 and 1.27.0 for the same', wanted: '1.27', tags: releases, first: '1.27.0' },
  { it: 'takes v2 and v2.0.0 for the same', wanted: 'v2', tags: releases, first: 'v2.0.0' },
  {
    it: 'finds the newest neighbour of a patch release',
    wanted: '1.27.44',
    tags: ['1.27.9', '1.27.30'],
    first: '1.27.30',
  },
  {
    it: 'takes the newest of the minor, and no slip of one number for another',
    wanted: '1.4.3',
    tags: ['1.4.0', '1.4.2', '1.9.3', '2.4.3'],
    first: '1.4.2',
  },
  { it: 'keeps the suffix', wanted: '1.27.2-alpine', tags: ['1.27.1', '1.27.1-alpine'], first: '1.27.1-alpine' },
  { it: 'mends a slip of the finger', wanted: 'stabel', tags: releases, first: 'stable' },
  { it: 'does not mind upper case', wanted: 'Stable', tags: releases, first: 'stable' },
  {
    it: 'names the newest release for latest',
    wanted: 'latest',
    tags: ['1.2.0', '1.10.0', '1.11.0-rc1'],
    first: '1.10.0',
  },
  { it: 'has nothing to say where nothing is near', wanted: 'feature-x', tags: releases, first: undefined },
  { it: 'has nothing to say without tags', wanted: 'v1', tags: [], first: undefined },
  { it: 'never repeats the tag that was asked for', wanted: 'v1', tags: ['v1'], first: undefined },
  { it: 'passes over what is no tag', wanted: 'v1', tags: ['v1\u001b[31m', 'v1 ', '-v1', ''], first: undefined },
];

for (const { it, wanted, tags, first } of cases) {
  test(`nearest tags: ${it}`, () => assert.equal(nearestTags(wanted, tags, 3)[0], first));
}

test('nearest tags: no more than the limit', () => {
  assert.equal(nearestTags('1.27.2', releases, 2).length, 2);
});

test('nearest tags: ten thousand long tags are no trouble', () => {
  const tags = Array.from({ length: 20_000 }, (_, index) => `build-${'0123456789abcdef'.repeat(7)}-${index}`);
  const started = performance.now();
  nearestTags(`build-${'0123456789abcdef'.repeat(7)}-x`, tags, 3);
  assert.ok(performance.now() - started < 2_000);
});
