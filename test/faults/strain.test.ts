import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { bearerRegistry, publicRegistry, smallImage } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { openSite } from './support/serving.ts';
import { until } from './support/until.ts';
import { stretched } from '../support/stretched.ts';

const deadlineMs = 10_000;
const many = 2_500;

/** A registry with 2,500 tags of one image: t0, t1, … */
function manyTags() {
  const image = smallImage();
  const tags = Object.fromEntries(Array.from({ length: many }, (_, index) => [`t${index}`, 'manifest']));
  return publicRegistry({}, { ...image, repository: { ...image.repository, tags } });
}

interface Crowd {
  readonly it: string;
  readonly tag: (index: number) => string;
  readonly allowed: boolean;
  /** Maximum number of requests to the registry. */
  readonly requests: number;
}

/** The request that detects the scheme of the registry. Calls that start together all send it. */
const probe = 1;
const probes = 16;
const crowds: readonly Crowd[] = [
  { it: 'F8 2,500 containers with one image need one request', tag: () => 't0', allowed: true, requests: probe + 1 },
  // A HEAD, the GET for the explanation, and the list of tags.
  {
    it: 'F8 2,500 containers with one missing image are denied with three requests',
    tag: () => 'none',
    allowed: false,
    requests: probe + 3,
  },
  {
    it: 'F8 2,500 containers with different images are allowed in time',
    tag: (index) => `t${index}`,
    allowed: true,
    requests: probes + many,
  },
  {
    it: 'F8 2,500 containers with different images, one of them missing, are denied in time',
    tag: (index) => (index === 0 ? 'none' : `t${index}`),
    allowed: false,
    requests: probes + many + 2,
  },
];

for (const { it, tag, allowed, requests } of crowds) {
  test(it, async () => {
    await using script = await startScript(manyTags());
    // A busy machine may need more than the deadline, and then the review would be cut short.
    await using pullgate = await startPullgate({ deadline: '30s' });
    const host = script.substitute('{{registry}}');
    const images = Array.from({ length: many }, (_, index) => `${host}/team/app:${tag(index)}`);
    const answer = await pullgate.review(deployment(images), { query: '?timeout=30s' });
    assert.deepEqual([answer.status, answer.allowed], [200, allowed], answer.text.slice(0, 500));
    assert.ok(!answer.kinds.includes('not-checked'));
    assert.ok(answer.ms < stretched(deadlineMs), `${answer.ms} ms`);
    assert.ok(answer.message.length <= 4_096);
    assert.ok(script.log.length <= requests, `${script.log.length} requests`);
    await assertHealthy(pullgate);
  });
}

for (const hours of [1, -1]) {
  test(`F74 a clock that jumps by ${hours} h does not change the lifetime of tokens and cache entries`, async (t) => {
    await using script = await startScript(
      bearerRegistry({
        auth: { scheme: 'bearer', anonymous: ['team/app'] },
        token: { anonymous: true, expiresIn: 60 },
      }),
    );
    await using pullgate = await startPullgate({ cache: { tag: '200ms' } });
    const object = deployment([script.substitute('{{registry}}/team/app:v1')]);
    const before = await pullgate.review(object);
    assert.deepEqual([before.allowed, before.kinds], [true, []], before.text);
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + hours * 3_600_000 });
    assert.deepEqual((await pullgate.review(object)).kinds, []);
    await sleep(250);
    script.log.length = 0;
    const after = await pullgate.review(object);
    assert.deepEqual([after.allowed, after.kinds], [true, []]);
    assert.ok(
      script.log.some(({ method }) => method === 'HEAD'),
      'the cache entry of 200 ms has expired',
    );
    await assertHealthy(pullgate);
    t.mock.timers.reset();
  });
}

describe('a process without resources', () => {
  test('F75 all waiting reviews are checked in time after the event loop was blocked for 2 s', async () => {
    await using script = await startScript(publicRegistry());
    await using site = await openSite();
    await using replica = await site.start();
    const object = deployment([script.substitute('{{registry}}/team/app:v1')]);
    assert.deepEqual((await replica.review(object)).kinds, []);
    process.kill(replica.daemon.pid, 'SIGSTOP');
    const waiting = Array.from({ length: 50 }, () => replica.review(object));
    await sleep(2_000);
    process.kill(replica.daemon.pid, 'SIGCONT');
    for (const { status, allowed, kinds, ms } of await Promise.all(waiting)) {
      assert.deepEqual([status, allowed, kinds], [200, true, []]);
      assert.ok(ms < deadlineMs, `${ms} ms`);
    }
    await assertHealthy(replica);
  });

  test('F76 a process without free file descriptors denies nothing, and recovers', async () => {
    await using script = await startScript(publicRegistry());
    await using site = await openSite();
    await using replica = await site.start({}, { wrapper: ['/bin/sh', '-c', 'ulimit -n 64; exec "$@"', 'sh'] });
    const object = deployment([script.substitute('{{registry}}/team/app:v1')]);
    assert.equal(
      (await replica.review({ ...object, spec: {} })).allowed,
      true,
      'the connection is open before the descriptors run out',
    );
    const crowd = Array.from({ length: 100 }, () => connect(replica.port, '127.0.0.1').on('error', () => undefined));
    await sleep(500);
    const during = await replica.review(object);
    assert.deepEqual([during.status, during.allowed], [200, true], during.text);
    assert.ok(during.kinds.length > 0, 'it could not connect to the registry');
    assert.ok(during.ms < stretched(deadlineMs));
    replica.daemon.check();
    for (const socket of crowd) socket.destroy();
    await until('it checks images again', async () => (await replica.review(object)).kinds.length === 0, 15_000);
    await assertHealthy(replica);
  });
});
