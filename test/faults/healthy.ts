import assert from 'node:assert/strict';
import { deployment } from '../support/pods.ts';
import type { RunningPullgate } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { until } from './until.ts';

/** What a check of a new image on loopback may take, in ms: a hundred times what it does, for machines that are busy. */
const quickMs = 2_000;

/** Whether the webhook came through: it says that it lives, and lets an image pass that it has never seen, soon. */
export async function assertHealthy(pullgate: Pick<RunningPullgate, 'get' | 'review'>): Promise<void> {
  const { status, text } = await pullgate.get('/healthz');
  assert.deepEqual([status, text], [200, 'ok\n']);
  await using script = await startScript(publicRegistry());
  const good = deployment([script.substitute('{{registry}}/team/app:v1')]);
  // While the fault still holds up the event loop, not to check is the right answer.
  await until('a good image is checked', async () => {
    const answer = await pullgate.review(good);
    assert.deepEqual([answer.status, answer.allowed], [200, true], answer.text);
    assert.ok(answer.ms < quickMs, `a good image took ${Math.round(answer.ms)} ms after the fault`);
    assert.ok(['', 'not-checked'].includes(answer.kinds.join()), answer.text);
    return answer.kinds.length === 0;
  });
}
