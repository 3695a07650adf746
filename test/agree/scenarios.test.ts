import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { text } from './report.ts';
import { readScenarios, type Scenario } from './scenario.ts';
import { playAll, maxParallel } from './scenarios.ts';

const scenarios = await readScenarios(join(import.meta.dirname, '../scenarios'));
const incomplete = scenarios.filter(({ expected }) => expected.kinds.includes('image-incomplete'));

async function assertJudgement(scenario: Scenario, deep: boolean, ...accepted: readonly string[]): Promise<void> {
  const results = await playAll([scenario], deep);
  assert.deepEqual(
    results.filter(({ judgement }) => !accepted.includes(judgement)),
    [],
    text(results),
  );
}

describe('the findings agree with a real node', { concurrency: maxParallel }, () => {
  for (const scenario of scenarios) {
    test(`${scenario.name}: ${scenario.about}`, () => assertJudgement(scenario, false, 'agrees', 'undetected'));
  }
});

describe('a deep check detects incomplete images', { concurrency: maxParallel }, () => {
  for (const scenario of incomplete) {
    test(`${scenario.name}: ${scenario.about}`, () => assertJudgement(scenario, true, 'agrees'));
  }
});
