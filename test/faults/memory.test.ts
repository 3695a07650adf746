import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { deployment } from '../support/pods.ts';
import { assertHealthy } from './healthy.ts';
import { openSite, type Replica } from './serving.ts';

const root = join(import.meta.dirname, '../..');
const images = 100_000;
const imagesEach = 100;
/** Registries that the images are spread over: loopback is a whole network of addresses. */
const hosts = 500;
const clients = 2;
const limitMiB = 192;
/** What an operator gives Node under that limit. */
const nodeOptions = ['--max-old-space-size=96', '--max-semi-space-size=4'];

interface Flood {
  /** Memory in MiB after each tenth of the images. */
  readonly samples: readonly number[];
  readonly refused: readonly string[];
  /** HEADs that the registries saw. */
  readonly heads: number;
}

let made: Promise<Flood> | undefined;

/** One flood for both cases, made when the first asks for it. */
function flood(): Promise<Flood> {
  return (made ??= makeFlood());
}

/** The built program, as a pod runs it: what strips types takes memory of its own. */
async function makeFlood(): Promise<Flood> {
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
      if ((at + 1) % (reviews / 10) === 0) samples.push(await heldMiB(replica));
    }
  }

  await Promise.all(Array.from({ length: clients }, client));
  await assertHealthy(replica);
  return { samples, refused, heads: registry.heads };
}

/** A server on every address of loopback that has every image. */
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

/** What a memory limit counts and the kernel cannot take back: pages of files, Node's own program above all, it can. */
async function heldMiB({ daemon }: Replica): Promise<number> {
  const status = await readFile(`/proc/${daemon.pid}/status`, 'utf8');
  const [, kibibytes = ''] = /^RssAnon:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number(kibibytes) / 1_024;
}

test('F71 100,000 images of 500 registries leave memory bounded', async () => {
  const { samples, refused, heads } = await flood();
  assert.deepEqual(refused, []);
  assert.ok(heads > images * 0.95, `only ${heads} were asked for`);
  const [half = 0, last = 0] = [samples[4], samples.at(-1)];
  assert.ok(half > 0 && last < half * 1.1, `MiB: ${samples.map(Math.round).join(', ')}`);
});

test('F77 a limit of 192 MiB holds all the while', async () => {
  const { samples } = await flood();
  assert.ok(Math.max(...samples) < limitMiB, `MiB: ${samples.map(Math.round).join(', ')}`);
});
