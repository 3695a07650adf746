import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { PassThrough, Transform } from 'node:stream';

/** A TCP proxy on loopback: stands for the way between an API server and the webhook, or for a Service. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections that were taken so far. */
  readonly accepted: number;
}

export interface TcpProxyOptions {
  /** The port that the next connection goes to; undefined: it is refused. */
  readonly target: () => number | undefined;
  /** Between a byte's coming and its going on, either way, in ms. */
  readonly delayMs?: number;
}

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
    // An orderly end comes through the pipe, behind the bytes before it.
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

/** Bytes and the end alike come `ms` later. */
function delay(ms: number): Transform {
  if (ms === 0) return new PassThrough();
  return new Transform({
    transform: (chunk, _encoding, done) => void setTimeout(done, ms, undefined, chunk),
    flush: (done) => void setTimeout(done, ms),
  });
}
