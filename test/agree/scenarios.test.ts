import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { text } from './report.ts';
import { readScenarios, type Scenario } from './scenario.ts';
import { playAll, stages } from './scenarios.ts';

const scenarios = await readScenarios(join(import.meta.dirname, '../scenarios'));
const halves = scenarios.filter(({ expected }) => expected.kinds.includes('image-incomplete'));

async function assertPlayed(scenario: Scenario, deep: boolean, ...right: readonly string[]): Promise<void> {
  const results = await playAll([scenario], deep);
  assert.deepEqual(
    results.filter(({ judgement }) => !right.includes(judgement)),
    [],
    text(results),
  );
}

describe('what is found agrees with what a real node did', { concurrency: stages }, () => {
  for (const scenario of scenarios) {
    it(`${scenario.name}: ${scenario.about}`, () => assertPlayed(scenario, false, 'agrees', 'undetected'));
  }
});

describe('a deep look leaves nothing undetected', { concurrency: stages }, () => {
  for (const scenario of halves) {
    it(`${scenario.name}: ${scenario.about}`, () => assertPlayed(scenario, true, 'agrees'));
  }
});
