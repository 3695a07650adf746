import assert from 'node:assert/strict';
import { deployment } from '../../support/pods.ts';
import type { RunningPullgate } from '../../support/pullgate.ts';
import { publicRegistry } from '../../support/registries.ts';
import { startScript } from '../../support/scripted-registry/start.ts';
import { until } from './until.ts';
import { stretched } from '../../support/stretched.ts';

/** Time limit for the check of a new image on loopback, in ms. It usually takes a hundredth of that. */
const checkLimitMs = 2_000;

/** Asserts that the webhook still works after a fault: it is live, and it allows a new, good image in a short time. */
export async function assertHealthy(pullgate: Pick<RunningPullgate, 'get' | 'review'>): Promise<void> {
  const { status, text } = await pullgate.get('/healthz');
  assert.deepEqual([status, text], [200, 'ok\n']);
  await using script = await startScript(publicRegistry());
  const good = deployment([script.substitute('{{registry}}/team/app:v1')]);
  // While the event loop is still blocked, `not-checked` is also a correct answer.
  await until('a good image is checked', async () => {
    const answer = await pullgate.review(good);
    assert.deepEqual([answer.status, answer.allowed], [200, true], answer.text);
    assert.ok(answer.ms < stretched(checkLimitMs), `a good image took ${Math.round(answer.ms)} ms after the fault`);
    assert.ok(['', 'not-checked'].includes(answer.kinds.join()), answer.text);
    return answer.kinds.length === 0;
  });
}
