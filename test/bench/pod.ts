import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { caCertificate, tlsIdentity } from '../support/certificates.ts';
import type { Launch, Site } from '../faults/support/serving.ts';

/** How to start a program with the files and the environment of a pod. */
export interface PodLaunch extends AsyncDisposable {
  readonly launch: Pick<Launch, 'wrapper' | 'kubeconfig'>;
}

/** Copies the files of the ServiceAccount into an empty /run that only the program sees, and becomes the program. */
const enterPod = `mount -t tmpfs tmpfs /run && mkdir -p /run/secrets/kubernetes.io/serviceaccount && cp "$0"/* /run/secrets/kubernetes.io/serviceaccount/ && exec "$@"`;

/**
 * Returns a launch in which the program finds the API server as in a pod: without a kubeconfig, whose library alone
 * needs 80 MiB. Undefined if this user may not mount file systems.
 */
export async function asPod({ api, folder }: Site): Promise<PodLaunch | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const account = join(folder, 'serviceaccount');
  await mkdir(account);
  await writeFile(join(account, 'token'), 'token');
  await writeFile(join(account, 'ca.crt'), await caCertificate());
  const server = createServer(await tlsIdentity('trusted'), (request, response) => {
    const { method, headers, url = '/' } = request;
    const forwarded = httpRequest(`${api.url}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const environment = ['KUBERNETES_SERVICE_HOST=127.0.0.1', `KUBERNETES_SERVICE_PORT=${port}`];
  return {
    launch: {
      wrapper: ['env', ...environment, 'unshare', '--mount', 'sh', '-c', enterPod, account],
      kubeconfig: false,
    },
    [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      return Promise.resolve();
    },
  };
}
