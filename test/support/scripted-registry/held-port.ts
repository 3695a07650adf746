import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** A port that no other socket can bind. */
export interface HeldPort {
  readonly port: number;
  release(): Promise<void>;
}

/**
 * Reserves a loopback port on which nothing listens: it is the local port of an outgoing connection. A connection to it
 * is refused. Unlike a port that was opened and closed again, the system cannot give it to another test.
 */
export async function holdPort(): Promise<HeldPort> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port: far } = listener.address() as AddressInfo;
  // With a local address, the socket binds the port exclusively. Otherwise other connections could share it.
  const holder = connect({ host: '127.0.0.1', port: far, localAddress: '127.0.0.1' });
  const [[peer]] = await Promise.all([once(listener, 'connection'), once(holder, 'connect')]);
  listener.close();
  let released: Promise<unknown> | undefined;
  return {
    port: holder.localPort ?? 0,
    async release() {
      // An RST avoids TIME_WAIT, so that the port is free at once.
      released ??= once(holder, 'close');
      holder.resetAndDestroy();
      peer.destroy();
      await released;
    },
  };
}
