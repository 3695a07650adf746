import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A registry with every image. */
export interface EveryImage extends AsyncDisposable {
  readonly port: number;
  /** Number of HEAD requests. */
  readonly heads: number;
  /** Number of different logins that were tried. */
  readonly logins: number;
  /** Number of requests to all hosts but `host`. */
  requestsExcept(host: string): number;
}

/**
 * Starts a registry with every image on all loopback addresses. It refuses every login for the repositories below
 * `private/`.
 */
export async function startEveryImage(): Promise<EveryImage> {
  let heads = 0;
  const requests = new Map<string, number>();
  const logins = new Set<string>();
  const server: Server = createServer(({ method, url = '', headers: { host = '', authorization } }, response) => {
    if (authorization !== undefined) logins.add(authorization);
    requests.set(host, (requests.get(host) ?? 0) + 1);
    if (method === 'HEAD') heads += 1;
    if (url.startsWith('/v2/private/')) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': 'application/vnd.oci.image.manifest.v1+json',
      'Content-Length': 500,
      'Docker-Content-Digest': `sha256:${'a'.repeat(64)}`,
    });
    response.end();
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get heads() {
      return heads;
    },
    get logins() {
      return logins.size;
    },
    requestsExcept: (host) => [...requests].reduce((sum, [name, count]) => (name === host ? sum : sum + count), 0),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
