import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeApi } from '../cluster/kube-api.ts';
import type { ServerClock } from '../cluster/server-clock.ts';
import type { Log } from '../observe/log.ts';

const pauseMs = 1_000;

/**
 * Waits until the API server at `server` answers, even with an error. Throws an Error with one line if it does not
 * answer within `timeoutMs`, or if its clock differs too much from the one here, and an AbortError if `stop` aborts.
 */
export async function waitForApiServer(
  api: KubeApi,
  server: string,
  clock: Pick<ServerClock, 'problem'>,
  timeoutMs: number,
  log: Log,
  stop: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (let tries = 0; ; tries += 1) {
    const answer = await api.get('/version', stop);
    if (answer.kind !== 'unavailable') {
      const problem = clock.problem();
      if (problem !== undefined) throw new Error(problem);
      log.info({ server, answer: answer.kind }, 'the API server answers');
      return;
    }
    const { reason } = answer;
    if (tries === 0) log.warn({ server, reason }, 'the API server does not answer yet');
    if (performance.now() > deadline) throw new Error(`${server}: the API server cannot be reached (${reason})`);
    await sleep(pauseMs, undefined, { signal: stop });
  }
}
