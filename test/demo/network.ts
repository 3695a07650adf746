import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives names to servers on loopback, in the two ways that a node also has: a certs.d folder and an HTTP proxy. */
export interface Network extends AsyncDisposable {
  readonly certsDir: string;
  /** URL of the proxy. */
  readonly proxy: string;
}

/** `ports` has the loopback port of each host. For a host without a port, the proxy answers 502. */
export async function startNetwork(ports: ReadonlyMap<string, number | undefined>): Promise<Network> {
  const certsDir = await mkdtemp(join(tmpdir(), 'pullgate-demo-'));
  for (const host of ports.keys()) {
    await mkdir(join(certsDir, host));
    await writeFile(join(certsDir, host, 'hosts.toml'), `server = "http://${host}"\n`);
  }
  const proxy = createServer((incoming, outgoing) => forward(incoming, outgoing, ports));
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    certsDir,
    proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      proxy.close();
      proxy.closeAllConnections();
      await rm(certsDir, { recursive: true });
    },
  };
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  ports: ReadonlyMap<string, number | undefined>,
): void {
  const { method, headers, url = '' } = incoming;
  const target = URL.parse(url);
  const port = ports.get(target?.hostname ?? '');
  if (target === null || port === undefined) {
    outgoing.writeHead(502).end();
    return;
  }
  const path = `${target.pathname}${target.search}`;
  const onward = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
