import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** A port that nobody else can take meanwhile. */
export interface HeldPort {
  readonly port: number;
  release(): Promise<void>;
}

/**
 * A loopback port where nothing listens and nothing else will: the near end of a connection. Connecting to it is
 * refused, and, unlike a port that was opened and shut again, no other test is given it meanwhile.
 */
export async function holdPort(): Promise<HeldPort> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port: far } = listener.address() as AddressInfo;
  // A local address makes it bind, and so own its port: else the system may share it with other connections.
  const holder = connect({ host: '127.0.0.1', port: far, localAddress: '127.0.0.1' });
  const [[peer]] = await Promise.all([once(listener, 'connection'), once(holder, 'connect')]);
  listener.close();
  let released: Promise<unknown> | undefined;
  return {
    port: holder.localPort ?? 0,
    async release() {
      // RST, so that the port does not linger in TIME_WAIT and may be listened on at once.
      released ??= once(holder, 'close');
      holder.resetAndDestroy();
      peer.destroy();
      await released;
    },
  };
}
