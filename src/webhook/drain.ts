import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface DrainOptions {
  /** How long to serve on after readiness fails, in ms: until every API server has heard that this replica goes. */
  readonly serveMs: number;
  /** For everything, in ms: less than what the kubelet gives before it kills. */
  readonly graceMs: number;
}

/** The end of a server's life; readiness and the listener ask whether it has begun. */
export interface Drain {
  readonly begun: boolean;
  /** Ends `servers` without a failed call; answers when all is closed. A second call hears the same end. */
  begin(servers: readonly Server[]): Promise<void>;
}

/**
 * In this order: readiness fails and every answer asks to close its connection, while new ones are still taken; then
 * no new ones; then, once what is in flight is answered or the grace is over, the rest is cut. Idle connections are
 * given up by their next answer and not by us: an API server does not repeat a POST that meets a closed connection.
 * `wait` is how time passes until no new connections are taken.
 */
export function createDrain(
  { serveMs, graceMs }: DrainOptions,
  wait: (ms: number) => Promise<void> = (ms) => sleep(ms),
): Drain {
  let end: Promise<void> | undefined;

  async function drain(servers: readonly Server[]): Promise<void> {
    const graceIsOver = new AbortController();
    const cut = setTimeout(() => graceIsOver.abort(), graceMs);
    await wait(Math.min(serveMs, graceMs));
    await Promise.all(servers.map((server) => close(server, graceIsOver.signal)));
    clearTimeout(cut);
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
  function cut(): void {
    server.closeAllConnections();
  }
  graceIsOver.addEventListener('abort', cut, { once: true });
  server.close();
  if (graceIsOver.aborted) cut();
  await closed;
  graceIsOver.removeEventListener('abort', cut);
}
