import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { PassThrough, Transform } from 'node:stream';

/** A TCP proxy on loopback. It simulates the network between an API server and the webhook, or a Service. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Number of accepted connections so far. */
  readonly accepted: number;
}

export interface TcpProxyOptions {
  /** Returns the target port of the next connection. Undefined to reset the connection. */
  readonly target: () => number | undefined;
  /** Delay in each direction, in ms. Default: 0. */
  readonly delayMs?: number;
}

/** Starts a TCP proxy on a free port. */
export async function startTcpProxy({ target, delayMs = 0 }: TcpProxyOptions): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let accepted = 0;

  function keep(socket: Socket): Socket {
    sockets.add(socket);
    return socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    accepted += 1;
    keep(near);
    const port = target();
    if (port === undefined) {
      near.resetAndDestroy();
      return;
    }
    const far = keep(connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true }));
    near.pipe(delay(delayMs)).pipe(far);
    far.pipe(delay(delayMs)).pipe(near);
    near.on('close', () => far.destroy());
    // The pipe passes on a normal end, after all bytes.
    far.on('error', () => near.resetAndDestroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A stream that delays all bytes and the end by `ms` milliseconds. */
function delay(ms: number): Transform {
  if (ms === 0) return new PassThrough();
  return new Transform({
    transform: (chunk, _encoding, done) => void setTimeout(done, ms, undefined, chunk),
    flush: (done) => void setTimeout(done, ms),
  });
}
