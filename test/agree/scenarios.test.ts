import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { text } from './report.ts';
import { readScenarios, type Scenario } from './scenario.ts';
import { playAll, maxParallel } from './scenarios.ts';

const root = join(import.meta.dirname, '../scenarios');
const folders = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory());

async function assertJudgement(scenario: Scenario, deep: boolean, ...accepted: readonly string[]): Promise<void> {
  const results = await playAll([scenario], deep);
  assert.deepEqual(
    results.filter(({ judgement }) => !accepted.includes(judgement)),
    [],
    text(results),
  );
}

for (const { folder, node } of [
  { folder: root, node: 'containerd' },
  ...folders.map(({ name }) => ({ folder: join(root, name), node: name })),
]) {
  const scenarios = await readScenarios(folder);
  const incomplete = scenarios.filter(
    ({ expected }) => expected.kinds.includes('image-incomplete') && expected.mayMiss !== true,
  );

  describe(`the findings agree with a real node (${node})`, { concurrency: maxParallel }, () => {
    for (const scenario of scenarios) {
      test(`${scenario.name}: ${scenario.about}`, () => assertJudgement(scenario, false, 'agrees', 'undetected'));
    }
  });

  describe(`a deep check detects incomplete images (${node})`, { concurrency: maxParallel }, () => {
    for (const scenario of incomplete) {
      test(`${scenario.name}: ${scenario.about}`, () => assertJudgement(scenario, true, 'agrees'));
    }
  });
}
