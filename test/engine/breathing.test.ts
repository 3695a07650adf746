import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkWorkload } from '../../src/engine/check.ts';
import { secretKeysSteps } from '../../src/engine/keyring/keyring.ts';
import { candidateNodes } from '../../src/engine/nodes/placement.ts';
import { nodeSelection } from '../../src/engine/nodes/node-selection.ts';
import * as answers from '../support/answers.ts';
import { fakePorts, plainOptions, pullSecret } from '../support/fake-ports.ts';
import { node, pod, workloadOf } from '../support/pods.ts';

function many<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** Returns the number of images that were asked for between one pause and the next. */
async function imagesBetweenPauses(images: number): Promise<readonly number[]> {
  const { ports, asked } = fakePorts({ images: {} });
  const pauses: number[] = [];
  const names = many(images, (index) => `${answers.host}/app${index}:1`);
  const workload = workloadOf('Pod', pod(names), 'team');
  const plan = { workload, uses: workload.uses, serviceAccountApplied: true };
  const breathe = async () => {
    // Everything that can go on without a pause goes on first.
    await new Promise(setImmediate);
    pauses.push(asked.length);
  };
  await checkWorkload(plan, { ...ports, breathe }, plainOptions, new AbortController().signal);
  return pauses.map((count, at) => count - (pauses[at - 1] ?? 0));
}

function stepsOf(steps: Iterator<unknown>): number {
  let count = 1;
  while (steps.next().done !== true) count += 1;
  return count;
}

test('a check pauses after every fourth image', async () => {
  assert.deepEqual(await imagesBetweenPauses(13), [4, 4, 4]);
});

test('a check of an ordinary workload does not pause', async () => {
  assert.deepEqual(await imagesBetweenPauses(4), []);
});

test('a large secret is read in steps', () => {
  const entries = Object.fromEntries(many(10_000, (index) => [`r${index}.example.com`, 'u']));
  assert.ok(stepsOf(secretKeysSteps(pullSecret('s', entries))) > 50);
});

test('many terms are compared with many nodes in steps', () => {
  const term = { matchExpressions: [{ key: 'a', operator: 'Exists' }] };
  const required = { nodeSelectorTerms: many(1_000, () => term) };
  const spec = { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } };
  const selection = nodeSelection(spec);
  assert.ok(selection !== undefined);
  const nodes = many(1_000, (index) => node(`n${index}`));
  assert.ok(stepsOf(candidateNodes(selection, nodes)) > 20);
});
