import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** The open connections of a server. */
export interface Connections {
  /** Remembers that the client of this connection may ask for reviews. Its connection is closed after all others. */
  trust(socket: Socket): void;
  /** How long ago a connection was refused because all others were busy, in ms. Infinity if there was none. */
  refusedMs(): number;
  /**
   * Resolves when no connection is open, or when all have had a request and none had one for `ms` milliseconds, or when
   * `signal` aborts. It never rejects.
   */
  quiet(ms: number, signal: AbortSignal): Promise<void>;
  /** Closes all connections, also those that are still in the TLS handshake. */
  closeAll(): void;
}

/** Why a connection was closed, or not opened, because there were too many. */
export type Overflow = 'stranger' | 'idle' | 'refused';

interface Connection {
  socket: Socket;
  /** Number of requests that are not answered yet. */
  requests: number;
  /** Whether there was no request yet. */
  fresh: boolean;
  trusted: boolean;
}

/**
 * Keeps at most `max` connections to `server` open. A new connection takes the place of an idle one: first of a client
 * that never asked for a review, such as one that only connected, then of any client. The one that has been idle for
 * longest goes first. If all are busy, the new connection is closed. Reports each closed connection to `onOverflow`.
 */
export function guardConnections(server: Server, max: number, onOverflow: (what: Overflow) => void): Connections {
  const all = new Set<Connection>();
  /** Idle connections, the longest idle first. */
  const strangers = new Set<Connection>();
  const callers = new Set<Connection>();
  /** Before and after the handshake, a connection has different sockets, with the same address. */
  const byAddress = new Map<string, Connection>();
  const bySocket = new WeakMap<Socket, Connection>();
  const waits = new Set<() => void>();
  let activeAt = performance.now();
  let refusedAt = -Infinity;

  function rest(connection: Connection): void {
    (connection.trusted ? callers : strangers).add(connection);
  }

  function forget(connection: Connection, address: string): void {
    all.delete(connection);
    strangers.delete(connection);
    callers.delete(connection);
    if (byAddress.get(address) === connection) byAddress.delete(address);
    if (all.size === 0) for (const wake of waits) wake();
  }

  function makeRoom(newest: Connection): void {
    const [stranger] = strangers;
    const [idle] = callers;
    if (stranger !== undefined && stranger !== newest) close(stranger, 'stranger');
    else if (idle !== undefined) close(idle, 'idle');
    else {
      refusedAt = performance.now();
      close(newest, 'refused');
    }
  }

  function close(connection: Connection, what: Overflow): void {
    // Its 'close' event comes later, and until then, another connection must not count on its place.
    forget(connection, addressOf(connection.socket));
    connection.socket.destroy();
    onOverflow(what);
  }

  server.on('connection', (socket: Socket) => {
    const connection: Connection = { socket, requests: 0, fresh: true, trusted: false };
    const address = addressOf(socket);
    activeAt = performance.now();
    all.add(connection);
    byAddress.set(address, connection);
    bySocket.set(socket, connection);
    rest(connection);
    socket.once('close', () => forget(connection, address));
    if (all.size > max) makeRoom(connection);
  });
  server.on('secureConnection', (socket: Socket) => {
    const connection = byAddress.get(addressOf(socket));
    if (connection === undefined) return;
    activeAt = performance.now();
    connection.socket = socket;
    bySocket.set(socket, connection);
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = bySocket.get(request.socket);
    if (connection === undefined) return;
    activeAt = performance.now();
    connection.requests += 1;
    connection.fresh = false;
    strangers.delete(connection);
    callers.delete(connection);
    response.once('close', () => {
      activeAt = performance.now();
      connection.requests -= 1;
      if (connection.requests === 0 && all.has(connection)) rest(connection);
    });
  });

  /** Whether a request is being answered, or may still come on a new connection. Timeouts of the server end that. */
  function isBusy(): boolean {
    return strangers.size + callers.size < all.size || strangers.values().some(({ fresh }) => fresh);
  }

  return {
    trust(socket) {
      const connection = bySocket.get(socket);
      if (connection !== undefined) connection.trusted = true;
    },
    refusedMs: () => performance.now() - refusedAt,
    async quiet(ms, signal) {
      while (all.size > 0 && !signal.aborted) {
        const quietMs = isBusy() ? 0 : performance.now() - activeAt;
        if (quietMs >= ms) return;
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, ms - quietMs);
        waits.add(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
        await promise;
        clearTimeout(timer);
        waits.delete(resolve);
        // A process that the system stopped runs its timers before it sees what was sent meanwhile.
        await nextTurn();
      }
    },
    closeAll() {
      for (const { socket } of all) socket.destroy();
    },
  };
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
