import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment } from '../support/pods.ts';
import { builtMain } from './support/built.ts';
import { startEveryImage } from './support/every-image.ts';
import { assertHealthy } from './support/healthy.ts';
import { anonymousMiB } from './support/memory.ts';
import { openSite } from './support/serving.ts';

const images = 100_000;
const imagesEach = 50;
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

async function runFlood(): Promise<Flood> {
  await using registry = await startEveryImage();
  await using site = await openSite();
  await using replica = await site.start({ log: { level: 'warn' } }, { nodeOptions, main: await builtMain() });
  const refused: string[] = [];
  const samples: number[] = [];
  const reviews = images / imagesEach;
  let next = 0;

  async function client(): Promise<void> {
    for (let at = next++; at < reviews; at = next++) {
      const names = Array.from({ length: imagesEach }, (_, index) => imageOf(at * imagesEach + index, registry.port));
      // A namespace may name only some new registries within a minute.
      const namespace = `team-${at % (hosts / imagesEach)}`;
      const { allowed, text } = await replica.review(deployment(names), { namespace });
      if (allowed !== true) refused.push(text);
      if ((at + 1) % (reviews / 10) === 0) samples.push(await anonymousMiB(replica));
    }
  }

  await Promise.all(Array.from({ length: clients }, client));
  await assertHealthy(replica);
  return { samples, refused, heads: registry.heads };
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
