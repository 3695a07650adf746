import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestOf } from '../../support/scripted-registry/blobs.ts';

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

const config = JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] } });
const configType = 'application/vnd.oci.image.config.v1+json';
const manifest = JSON.stringify({
  schemaVersion: 2,
  config: { mediaType: configType, digest: digestOf(config), size: config.length },
  layers: [],
});

/** An index of `count` images, all for linux/amd64. */
export function indexOf(count: number): string {
  const manifests = Array.from({ length: count }, (_, at) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: `sha256:${String(at).padStart(64, '0')}`,
    size: manifest.length,
    platform: { os: 'linux', architecture: 'amd64' },
  }));
  return JSON.stringify({ schemaVersion: 2, manifests });
}

/**
 * Starts a registry with every image on all loopback addresses. It refuses every login for the repositories below
 * `private/`. The tags of the repositories below `index/` are `index`.
 */
export async function startEveryImage(index = indexOf(1)): Promise<EveryImage> {
  const indexDigest = digestOf(index);
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
    const isIndex = url.startsWith('/v2/index/') && (url.includes('/manifests/v1') || url.includes(indexDigest));
    const type = isIndex ? 'index' : 'manifest';
    const text = url.includes('/blobs/') ? config : isIndex ? index : manifest;
    response.writeHead(200, {
      'Content-Type': `application/vnd.oci.image.${type}.v1+json`,
      'Content-Length': text.length,
      'Docker-Content-Digest': isIndex ? indexDigest : digestOf(manifest),
    });
    response.end(method === 'HEAD' ? undefined : text);
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
