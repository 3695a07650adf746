import { once } from 'node:events';
import type { Server } from 'node:http';
import { Server as TcpServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Connections } from './connections.ts';

export interface DrainOptions {
  /** How long to keep serving after readiness fails, in ms. API servers need this time to stop using the replica. */
  readonly serveMs: number;
  /** The limit for the whole drain, in ms. It must be less than the pod's `terminationGracePeriodSeconds`. */
  readonly graceMs: number;
}

/** A server to close, and its connections. */
export interface Endpoint {
  readonly server: Server;
  readonly connections: Pick<Connections, 'quiet' | 'closeAll'>;
}

/** The shutdown of the servers. Readiness and the listener read `begun`. */
export interface Drain {
  readonly begun: boolean;
  /** Closes `endpoints` without failing a request, and resolves after that. A second call returns the same promise. */
  begin(endpoints: readonly Endpoint[]): Promise<void>;
}

/** How long open connections must be silent before they are closed, in ms. */
const quietMs = 1_000;

/**
 * Returns a drain that works in three steps:
 *
 * 1. Readiness fails and every response has `Connection: close`. New connections are still accepted.
 * 2. After `serveMs`, new connections are refused.
 * 3. After the last response, and after `quietMs` without a request, the remaining connections are closed, at the latest
 *    after `graceMs`.
 *
 * Until step 3 an idle connection is closed only by the response to its next request, because an API server does not
 * repeat a POST on a closed connection. Tests replace `wait`.
 */
export function createDrain(
  { serveMs, graceMs }: DrainOptions,
  wait: (ms: number) => Promise<void> = (ms) => sleep(ms),
): Drain {
  let end: Promise<void> | undefined;

  async function drain(endpoints: readonly Endpoint[]): Promise<void> {
    const graceIsOver = new AbortController();
    const graceTimer = setTimeout(() => graceIsOver.abort(), graceMs);
    await wait(Math.min(serveMs, graceMs));
    await Promise.all(endpoints.map((endpoint) => close(endpoint, graceIsOver.signal)));
    clearTimeout(graceTimer);
  }

  return {
    get begun() {
      return end !== undefined;
    },
    begin(endpoints) {
      end ??= drain(endpoints);
      return end;
    },
  };
}

async function close({ server, connections }: Endpoint, graceIsOver: AbortSignal): Promise<void> {
  const closed = once(server, 'close');
  await stopListening(server, graceIsOver);
  await connections.quiet(quietMs, graceIsOver);
  connections.closeAll();
  // Ends the timers of the HTTP server.
  server.close();
  await closed;
}

/** A turn of the event loop that takes less than this, in ms, did next to nothing. */
const idleTurnMs = 0.1;

/**
 * Closes the listening socket only; Server.close of node:http would also close idle connections. The kernel resets the
 * connections that it has accepted and Node has not, so this first waits for a turn in which Node found none.
 */
async function stopListening(server: Server, graceIsOver: AbortSignal): Promise<void> {
  let idle = false;
  const onConnection = (): void => void (idle = false);
  server.on('connection', onConnection);
  while (!idle && !graceIsOver.aborted) {
    idle = true;
    const from = performance.now();
    await nextTurn();
    idle &&= performance.now() - from < idleTurnMs;
  }
  TcpServer.prototype.close.call(server);
  server.off('connection', onConnection);
}
