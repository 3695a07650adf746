import assert from 'node:assert/strict';
import { deployment } from '../support/pods.ts';
import type { RunningPullgate } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';

/** What a check of a new image on loopback may take, in ms: a hundred times what it does, for machines that are busy. */
const quickMs = 2_000;

/** Whether the webhook came through: it says that it lives, and lets an image pass that it has never seen, soon. */
export async function assertHealthy(pullgate: Pick<RunningPullgate, 'get' | 'review'>): Promise<void> {
  const { status, text } = await pullgate.get('/healthz');
  assert.deepEqual([status, text], [200, 'ok\n']);
  await using script = await startScript(publicRegistry());
  const answer = await pullgate.review(deployment([script.substitute('{{registry}}/team/app:v1')]));
  assert.deepEqual([answer.status, answer.allowed, answer.kinds], [200, true, []], answer.text);
  assert.ok(answer.ms < quickMs, `a good image took ${Math.round(answer.ms)} ms after the fault`);
}
