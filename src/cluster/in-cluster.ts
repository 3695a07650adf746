import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent } from 'undici';
import { sessionMs, type Connection } from './connection.ts';

export interface InClusterOptions {
  /** `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`. */
  readonly host: string;
  readonly port: string;
  /** Holds `token` and `ca.crt`; the kubelet renews the projected token in place. */
  readonly directory?: string;
}

const serviceAccountDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The way of a pod to its API server, mirrors client-go `rest.InClusterConfig` and its caching token source: the
 * token file is read once a minute, and a token that was read stays in use while the file cannot be read.
 * KubeConfig of @kubernetes/client-node can do the same, for 54 MiB: too much for a webhook that is meant to stay below 150.
 * Throws where the directory holds no token or no CA.
 */
export async function inClusterConnection(options: InClusterOptions): Promise<Connection> {
  const directory = options.directory ?? serviceAccountDirectory;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const ca = await readFile(join(directory, 'ca.crt'), 'utf8');
  const dispatcher = new Agent({ connect: { ca }, connections: 16 });
  let token = await readToken();
  let readAt = performance.now();

  async function readToken(): Promise<string> {
    return (await readFile(join(directory, 'token'), 'utf8')).trim();
  }

  return {
    server: `https://${host}:${options.port}`,
    async session(renew) {
      if (renew || performance.now() - readAt > sessionMs) {
        token = await readToken().catch(() => token);
        readAt = performance.now();
      }
      return { dispatcher, headers: { authorization: `Bearer ${token}` } };
    },
    close: () => dispatcher.close(),
  };
}
