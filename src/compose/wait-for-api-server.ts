import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeApi } from '../cluster/kube-api.ts';
import type { Log } from '../observe/log.ts';

const pauseMs = 1_000;

/**
 * Waits until the API server at `server` answers, even with an error. Throws an Error with one line if it does not
 * answer within `timeoutMs`, and an AbortError if `stop` aborts.
 */
export async function waitForApiServer(
  api: KubeApi,
  server: string,
  timeoutMs: number,
  log: Log,
  stop: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (let tries = 0; ; tries += 1) {
    const answer = await api.get('/version', stop);
    if (answer.kind !== 'unavailable') {
      log.info({ server, answer: answer.kind }, 'the API server answers');
      return;
    }
    const { reason } = answer;
    if (tries === 0) log.warn({ server, reason }, 'the API server does not answer yet');
    if (performance.now() > deadline) throw new Error(`${server}: the API server cannot be reached (${reason})`);
    await sleep(pauseMs, undefined, { signal: stop });
  }
}
