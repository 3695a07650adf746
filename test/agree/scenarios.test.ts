import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { text } from './report.ts';
import { readScenarios } from './scenario.ts';
import { playAll } from './scenarios.ts';

const scenarios = await readScenarios(join(import.meta.dirname, '../scenarios'));

test('what is found agrees with what a real node did in every scenario', async () => {
  const results = await playAll(scenarios, false);
  const wrong = results.filter(({ judgement }) => judgement !== 'agrees' && judgement !== 'undetected');
  assert.deepEqual(
    wrong.map(({ scenario }) => scenario.name),
    [],
    text(wrong),
  );
});

test('a deep look leaves nothing undetected', async () => {
  const results = await playAll(
    scenarios.filter(({ expected }) => expected.kinds.includes('image-incomplete')),
    true,
  );
  const wrong = results.filter(({ judgement }) => judgement !== 'agrees');
  assert.deepEqual(
    wrong.map(({ scenario }) => scenario.name),
    [],
    text(wrong),
  );
});
