import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { deployment } from '../support/pods.ts';
import { anonymousMiB } from './support/anonymous-mib.ts';
import { assertHealthy } from './support/healthy.ts';
import { openSite } from './support/serving.ts';

const root = join(import.meta.dirname, '../..');
const images = 100_000;
const imagesEach = 100;
/** Number of registries for the images. Each has its own loopback address. */
const hosts = 500;
const clients = 2;
const limitMiB = 192;
/** The Node options that an operator sets for that limit. */
const nodeOptions = ['--max-old-space-size=96', '--max-semi-space-size=4'];

/** The result of a run with all images. */
interface Flood {
  /** Memory in MiB after each tenth of the images. */
  readonly samples: readonly number[];
  readonly refused: readonly string[];
  /** Number of HEAD requests to the registries. */
  readonly heads: number;
}

let started: Promise<Flood> | undefined;

/** The flood that both cases share. It runs when the first case needs it. */
function flood(): Promise<Flood> {
  return (started ??= runFlood());
}

/** Uses the built program, as a pod does, because stripping types needs memory. */
async function runFlood(): Promise<Flood> {
  await promisify(execFile)(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
    { cwd: root },
  );
  await using registry = await startRegistry();
  await using site = await openSite();
  await using replica = await site.start({ log: { level: 'warn' } }, { nodeOptions, main: join(root, 'dist/main.js') });
  const refused: string[] = [];
  const samples: number[] = [];
  const reviews = images / imagesEach;
  let next = 0;

  async function client(): Promise<void> {
    for (let at = next++; at < reviews; at = next++) {
      const names = Array.from({ length: imagesEach }, (_, index) => imageOf(at * imagesEach + index, registry.port));
      const { allowed, text } = await replica.review(deployment(names));
      if (allowed !== true) refused.push(text);
      if ((at + 1) % (reviews / 10) === 0) samples.push(await anonymousMiB(replica));
    }
  }

  await Promise.all(Array.from({ length: clients }, client));
  await assertHealthy(replica);
  return { samples, refused, heads: registry.heads };
}

/** Starts a registry with every image on all loopback addresses. */
async function startRegistry() {
  let heads = 0;
  const server: Server = createServer((_request, response) => {
    heads += 1;
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
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function imageOf(index: number, port: number): string {
  const host = index % hosts;
  return `127.1.${Math.floor(host / 250)}.${(host % 250) + 1}:${port}/team-${index % 1_000}/app-${index}:v${index}`;
}

test('F71 memory stays bounded with 100,000 images of 500 registries', async () => {
  const { samples, refused, heads } = await flood();
  assert.deepEqual(refused, []);
  assert.ok(heads > images * 0.95, `only ${heads} HEAD requests`);
  const [half = 0, last = 0] = [samples[4], samples.at(-1)];
  assert.ok(half > 0 && last < half * 1.1, `MiB: ${samples.map(Math.round).join(', ')}`);
});

test('F77 memory stays below the limit of 192 MiB', async () => {
  const { samples } = await flood();
  assert.ok(Math.max(...samples) < limitMiB, `MiB: ${samples.map(Math.round).join(', ')}`);
});
