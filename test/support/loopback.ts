import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A server on its own port. It closes at the end of an `await using` block. */
export interface OnLoopback extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly port: number;
  /** Number of connections so far. */
  readonly connections: number;
}

/** Starts a server of any protocol on a free loopback port. Disposal also closes its connections. */
export async function listenOnLoopback(server: Server): Promise<OnLoopback> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    port,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
