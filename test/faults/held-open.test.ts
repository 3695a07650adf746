import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { manifestHeaders } from '../support/registries.ts';
import { deployment } from '../support/pods.ts';
import { stretched } from '../support/stretched.ts';
import { asInManifest } from './support/as-in-manifest.ts';
import { anonymousMiB } from './support/memory.ts';
import { assertHealthy } from './support/healthy.ts';
import { openSite } from './support/serving.ts';
import { until } from './support/until.ts';

/** Less than the memory limit of the manifest, in MiB. */
const limitMiB = 256;

/** A server on all loopback addresses. */
interface Everywhere extends AsyncDisposable {
  /** The image `team/app` of the host with this number. */
  image(host: number): string;
  /** The number of open connections. */
  readonly open: () => Promise<number>;
}

async function startEverywhere(listener: RequestListener): Promise<Everywhere> {
  const server: Server = createServer({ keepAliveTimeout: 600_000 }, listener);
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    image: (host) => `127.2.${Math.floor(host / 250)}.${(host % 250) + 1}:${port}/team/app:v1`,
    open: () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count))),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

const large = 4_300_000;
const largeImage = Buffer.from(
  JSON.stringify({ mediaType: manifestHeaders['content-type'], config: {}, annotations: { note: 'x'.repeat(large) } }),
);

const largeManifests: readonly { readonly it: string; readonly listener: RequestListener }[] = [
  {
    it: 'F94 manifests of 4.3 MB that stop before their end fit into the memory',
    listener(request, response) {
      // Without a digest, the manifest must be read.
      response.writeHead(200, { 'content-type': manifestHeaders['content-type'], 'content-length': large });
      if (request.method === 'HEAD') response.end();
      else response.write(Buffer.alloc(large - 1, ' '));
    },
  },
  {
    it: 'F94 manifests of 4.3 MB that are parsed fit into the memory',
    listener(request, response) {
      const digest = `sha256:${createHash('sha256').update(largeImage).digest('hex')}`;
      response.writeHead(200, {
        'content-type': manifestHeaders['content-type'],
        'docker-content-digest': digest,
        'content-length': largeImage.length,
      });
      response.end(request.method === 'HEAD' ? undefined : largeImage);
    },
  },
];

for (const { it, listener } of largeManifests) {
  test(it, async () => {
    await using registry = await startEverywhere(listener);
    await using site = await openSite();
    const settings = { platforms: ['linux/amd64'], log: { level: 'warn' } };
    await using replica = await site.start(settings, await asInManifest());
    const samples: number[] = [];
    const reviews = [0, 1, 2, 3].map(async (round) => {
      const { status, text } = await replica.review(deployment(range(0, 50).map((host) => registry.image(host))), {
        namespace: `team-${round}`,
      });
      assert.equal(status, 200, text);
      return text;
    });
    const answered = Promise.all(reviews);
    let isOver = false;
    void answered.finally(() => (isOver = true)).catch(() => undefined);
    await until(
      'the reviews end',
      async () => {
        samples.push(await anonymousMiB(replica));
        return isOver;
      },
      stretched(60_000),
    );
    await answered;
    assert.ok(Math.max(...samples) < limitMiB, `MiB: ${samples.map(Math.round).join(', ')}`);
    await assertHealthy(replica);
  });
}

test('F95 3,000 hosts with Keep-Alive: timeout=600 keep few connections, and those for seconds', async () => {
  await using registry = await startEverywhere((_request, response) => {
    response.writeHead(200, { ...manifestHeaders, connection: 'keep-alive', 'keep-alive': 'timeout=600' });
    response.end();
  });
  await using site = await openSite();
  await using replica = await site.start({ log: { level: 'warn' } }, await asInManifest());
  let most = 0;
  for (let from = 0; from < 3_000; from += 50) {
    const { allowed, text } = await replica.review(
      deployment(range(from, from + 50).map((host) => registry.image(host))),
      { namespace: `team-${from}` },
    );
    assert.equal(allowed, true, text);
    most = Math.max(most, await registry.open());
  }
  // Those that the last Pod replaced may still be closing.
  assert.ok(most <= 512 + 50, `${most} connections`);
  await until('idle connections are closed', async () => (await registry.open()) === 0, 60_000);
  await assertHealthy(replica);
});
