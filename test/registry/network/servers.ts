import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { type RegistryHost, registryHosts } from '../../../src/engine/hosts/registry-hosts.ts';
import type { HttpRegistryOptions } from '../../../src/registry/http-registry.ts';

/** Reaches the host of the image over https, without the exceptions for loopback hosts, except for `change`. */
export function strictHosts(change: Partial<RegistryHost> = {}): HttpRegistryOptions['hosts'] {
  return async (registry) =>
    registryHosts(registry).map((host) => ({
      ...host,
      scheme: 'https',
      skipVerify: false,
      httpFallback: false,
      ...change,
    }));
}

/** Starts a server on a free loopback port. Disposal also destroys its open connections. */
export async function listening(server: Server): Promise<{ readonly port: number } & AsyncDisposable> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => void sockets.add(socket));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
