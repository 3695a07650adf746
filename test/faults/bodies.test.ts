import assert from 'node:assert/strict';
import { Agent } from 'node:https';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../src/lib/json.ts';
import { exchange, reviewText } from '../support/admission-client.ts';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { assertHealthy } from './support/healthy.ts';
import { asInManifest } from './support/as-in-manifest.ts';
import { watchMemory } from './support/memory.ts';
import { openSite } from './support/serving.ts';

const path = '/validate?timeout=10s';
const million = 1_000_000;

/** Texts of at most 8 MiB that a parser turns into hundreds of megabytes. */
const bombs = [
  { it: 'brackets that are never closed', text: '['.repeat(6 * million) },
  { it: 'nested objects', text: `${'{"a":'.repeat(million)}1${'}'.repeat(million)}` },
  { it: 'empty lists beside each other', text: `[${'[],'.repeat(2.7 * million)}1]` },
  { it: 'empty objects beside each other', text: `[${'{},'.repeat(2.7 * million)}1]` },
  {
    it: 'objects that all have another member',
    text: `[${Array.from({ length: million / 2 }, (_, index) => `{"${index.toString(36)}":1}`).join()}]`,
  },
];

test('F98 a body of millions of nested or small values is rejected, and the process goes on', async () => {
  await using site = await openSite();
  await using replica = await site.start({ log: { level: 'warn' } }, await asInManifest());
  await using memory = watchMemory(replica);
  for (const { it, text } of bombs) {
    const answers = await Promise.all(Array.from({ length: 4 }, () => exchange(site.agent, replica.port, path, text)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [413, 413, 413, 413],
      it,
    );
  }
  replica.daemon.check();
  await memory.assertBelowLimit();
  assert.match((await replica.get('/metrics')).text, /^pullgate_requests_rejected_total\{status="413"\} 20$/m);
  await assertHealthy(replica);
});

const levels = 9_980;
/** An image in doubt, so that the object is checked again later. */
const unreachable = '127.0.0.1:1/app:v1';
const metadata = { name: 'web', uid: 'u' };
const deepest = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const inSpec = [
  'containers',
  'initContainers',
  'volumes',
  'imagePullSecrets',
  'nodeSelector',
  'affinity',
  'tolerations',
];
const inMetadata = ['annotations', 'labels', 'ownerReferences', 'managedFields', 'generateName'];

/** Reviews of objects with about 10,000 levels, the most that Go writes, in different places. */
function deepReviews(): readonly { readonly place: string; readonly text: string }[] {
  const objects: readonly (readonly [string, JsonObject])[] = [
    ...[...inSpec, 'serviceAccountName', 'nodeName'].flatMap((place) => [
      [place, { ...deployment([unreachable], { [place]: 'DEEP' }), metadata }] as const,
      [`${place}[0]`, { ...deployment([unreachable], { [place]: ['DEEP'] }), metadata }] as const,
    ]),
    ...inMetadata.map(
      (place) => [place, { ...deployment([unreachable]), metadata: { ...metadata, [place]: 'DEEP' } }] as const,
    ),
  ];
  return objects.map(([place, object]) => ({ place, text: reviewText(object).replace('"DEEP"', deepest) }));
}

test('F98 the deepest object that Go writes is reviewed, wherever it is deep', async () => {
  await using pullgate = await startPullgate({
    profile: 'audit',
    events: true,
    recheck: true,
    log: { level: 'debug' },
  });
  for (const { place, text } of deepReviews()) {
    const answer = await pullgate.send(path, text);
    assert.deepEqual([answer.status, answer.allowed], [200, true], `${place}: ${answer.text.slice(0, 500)}`);
  }
  await assertHealthy(pullgate);
});

describe('many large bodies at once', () => {
  for (const { count, mebibytes } of [
    { count: 40, mebibytes: 7.9 },
    { count: 12, mebibytes: 17 },
  ]) {
    test(`F99 ${count} bodies of ${mebibytes} MiB are reviewed within the memory of the manifest`, async () => {
      await using site = await openSite();
      await using replica = await site.start({ log: { level: 'warn' }, deadline: '30s' }, await asInManifest());
      await using memory = watchMemory(replica);
      const annotations = { note: 'x'.repeat(mebibytes * 2 ** 20) };
      const body = reviewText({ ...deployment(['Bad Name']), metadata: { name: 'large', annotations } });
      const agent = new Agent({ keepAlive: true, ca: site.agent.options.ca });
      const large = Array.from({ length: count }, () => exchange(agent, replica.port, '/validate?timeout=30s', body));
      await sleep(200);
      const neighbour = await replica.review(deployment(['Bad Name']), { namespace: 'neighbour' });
      assert.deepEqual([neighbour.status, neighbour.allowed], [200, false], neighbour.text);
      for (const { status, text } of await Promise.all(large)) assert.equal(status, 200, text);
      agent.destroy();
      replica.daemon.check();
      await memory.assertBelowLimit();
      await assertHealthy(replica);
    });
  }
});
