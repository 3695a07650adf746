/** The thread of a black hole. It listens on a port and then blocks, so it never accepts a connection. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { address, port, release } = workerData as {
  readonly address: string;
  readonly port: number;
  readonly release: SharedArrayBuffer;
};

const server = createServer().listen({ host: address, port, backlog: 1 });
await once(server, 'listening');
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is the port of a thread, not a window
parentPort?.postMessage((server.address() as AddressInfo).port);
Atomics.wait(new Int32Array(release), 0, 0);
server.close();
