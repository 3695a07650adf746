import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { registryHosts } from '../../src/engine/hosts/registry-hosts.ts';
import { createHttpRegistry, type HttpRegistry } from '../../src/registry/http-registry.ts';
import { clientOptions } from '../support/options.ts';
import { digestOf } from '../support/answers.ts';
import { alices } from '../registry/client.ts';
import type { RawAnswer } from './raw-answers.ts';

/** Time limits of the client, in ms. Short, because many answers never end. */
const limitMs = 80;
/** Time limit for all calls of one input, in ms. Only a hang takes longer. */
const hangMs = 30_000;

/** Answers each request of each connection with the next of `answers`. */
async function startServer() {
  let answers: readonly RawAnswer[] = [];
  let next = 0;
  const sockets = new Set<Socket>();

  function reply(socket: Socket): void {
    const answer = answers[next % answers.length];
    next += 1;
    if (answer === undefined) return;
    const { writes, after } = answer;
    const self = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const text of writes) socket.write(Buffer.from(text.replaceAll('{{self}}', self), 'latin1'));
    if (after === 'end') socket.end();
    if (after === 'reset') socket.resetAndDestroy();
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.on('data', () => reply(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(list: readonly RawAnswer[]) {
      for (const socket of sockets) socket.destroy();
      [answers, next] = [list, 0];
    },
  };
}

/** What a server sends, and how the client asks it: over plain HTTP or TLS. */
export interface RawRegistry {
  readonly answers: readonly RawAnswer[];
  readonly scheme: 'http' | 'https';
}

/**
 * Returns a function that asks up to `atOnce` servers, which send these bytes, for an image with every method of both
 * ports. It throws if a method throws, or leaves a rejection that nobody handles.
 */
export function createRawRegistries(atOnce: number): (registries: readonly RawRegistry[]) => Promise<void> {
  const starting = Array.from({ length: atOnce }, startServer);
  const rejections: unknown[] = [];
  process.on('unhandledRejection', (reason) => rejections.push(reason));
  process.on('uncaughtException', (error) => rejections.push(error));

  return async (registries) => {
    const servers = await Promise.all(starting);
    const asked = await Promise.allSettled(
      registries.flatMap((registry, at) => (servers[at] === undefined ? [] : askOne(servers[at], registry))),
    );
    const thrown = asked.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    const [problem] = [...thrown, ...rejections.splice(0)];
    if (problem !== undefined) throw problem;
  };
}

async function askOne(server: Awaited<ReturnType<typeof startServer>>, { answers, scheme }: RawRegistry) {
  server.serve(answers);
  const client = createHttpRegistry({
    ...clientOptions,
    hosts: async (registry) => registryHosts(registry).map((host) => ({ ...host, scheme })),
    timeouts: { connectMs: limitMs, headersMs: limitMs },
    bodyMs: limitMs,
  });
  try {
    await askAll(client, server.host);
  } finally {
    await client.close();
  }
}

async function askAll({ registry, tags }: HttpRegistry, host: string): Promise<void> {
  const signal = AbortSignal.timeout(hangMs);
  const reference = { registry: host, repository: 'team/app', tag: 'v1' };
  const question = { runtime: 'containerd', reference, credential: alices } as const;
  const descriptor = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: digestOf('a'), size: 5 };
  const found = await registry.resolve(question, signal);
  const manifest = await registry.manifest(question, found.kind === 'found' ? found : descriptor, signal);
  if (manifest.kind === 'index') {
    for (const entry of manifest.entries.slice(0, 2)) await registry.manifest(question, entry, signal);
  }
  await registry.blob(question, descriptor, true, signal);
  await registry.blob(question, descriptor, false, signal);
  await tags.tags(question, signal);
}
