import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent } from 'undici';
import { sessionMs, type Connection } from './connection.ts';

export interface InClusterOptions {
  /** `KUBERNETES_SERVICE_HOST`. */
  readonly host: string;
  /** `KUBERNETES_SERVICE_PORT`. */
  readonly port: string;
  /** Contains `token` and `ca.crt`; the kubelet renews the projected token in place. */
  readonly directory?: string;
}

const serviceAccountDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The connection of a pod to its API server. It works like client-go's `rest.InClusterConfig` and cached token source
 * (kubernetes v1.36.3): the token file is read once a minute, and the last token stays in use while the file cannot be
 * read. KubeConfig of @kubernetes/client-node does the same, but costs 54 MiB: see docs/decisions/0003.
 * Throws if the directory has no `token` or no `ca.crt`.
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
