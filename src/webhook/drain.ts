import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface DrainOptions {
  /** How long to keep serving after readiness fails, in ms. API servers need this time to stop using the replica. */
  readonly serveMs: number;
  /** The limit for the whole drain, in ms. It must be less than the pod's `terminationGracePeriodSeconds`. */
  readonly graceMs: number;
}

/** The shutdown of the servers. Readiness and the listener read `begun`. */
export interface Drain {
  readonly begun: boolean;
  /** Closes `servers` without failing a request, and resolves after that. A second call returns the same promise. */
  begin(servers: readonly Server[]): Promise<void>;
}

/**
 * Returns a drain that works in three steps:
 *
 * 1. Readiness fails and every response has `Connection: close`. New connections are still accepted.
 * 2. After `serveMs`, no new connections are accepted.
 * 3. After the last response, or after `graceMs`, the remaining connections are closed.
 *
 * Until step 2 an idle connection is closed only by the response to its next request, because an API server does not
 * repeat a POST on a closed connection. Tests replace `wait`.
 */
export function createDrain(
  { serveMs, graceMs }: DrainOptions,
  wait: (ms: number) => Promise<void> = (ms) => sleep(ms),
): Drain {
  let end: Promise<void> | undefined;

  async function drain(servers: readonly Server[]): Promise<void> {
    const graceIsOver = new AbortController();
    const graceTimer = setTimeout(() => graceIsOver.abort(), graceMs);
    await wait(Math.min(serveMs, graceMs));
    await Promise.all(servers.map((server) => close(server, graceIsOver.signal)));
    clearTimeout(graceTimer);
  }

  return {
    get begun() {
      return end !== undefined;
    },
    begin(servers) {
      end ??= drain(servers);
      return end;
    },
  };
}

async function close(server: Server, graceIsOver: AbortSignal): Promise<void> {
  const closed = once(server, 'close');
  function closeConnections(): void {
    server.closeAllConnections();
  }
  graceIsOver.addEventListener('abort', closeConnections, { once: true });
  server.close();
  if (graceIsOver.aborted) closeConnections();
  await closed;
  graceIsOver.removeEventListener('abort', closeConnections);
}
