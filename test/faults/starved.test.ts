import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deployment } from '../support/pods.ts';
import { publicRegistry, smallImage } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { openSite } from './support/serving.ts';
import { until } from './support/until.ts';

const reviews = 100;
const clients = 8;

/** A registry with one image under the tags t0, t1, … */
function tagged() {
  const image = smallImage();
  const tags = Object.fromEntries(Array.from({ length: reviews }, (_, index) => [`t${index}`, 'manifest']));
  return publicRegistry({}, { ...image, repository: { ...image.repository, tags } });
}

/** How long a process runs and how long it is stopped, in ms, again and again. */
interface Rhythm {
  readonly runMs: number;
  readonly stopMs: number;
}

/** A process that runs in a rhythm until `end`. It runs freely again after it is disposed of. */
interface Starvation extends AsyncDisposable {
  end(): void;
}

/** Lets the process `pid` run only in this rhythm. */
function starve(pid: number, { runMs, stopMs }: Rhythm): Starvation {
  const stop = new AbortController();
  async function cycle(): Promise<void> {
    while (!stop.signal.aborted) {
      process.kill(pid, 'SIGSTOP');
      await sleep(stopMs);
      process.kill(pid, 'SIGCONT');
      await sleep(runMs);
    }
  }
  const cycling = cycle();
  return {
    end: () => stop.abort(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await cycling;
    },
  };
}

describe('a process with too little CPU', () => {
  test('F75 a tenth of a CPU is enough for 100 reviews right after the start', async () => {
    await using script = await startScript(tagged());
    await using site = await openSite();
    await using replica = await site.start({ deadline: '30s' });
    await using starvation = starve(replica.daemon.pid, { runMs: 10, stopMs: 90 });
    const answers: string[] = [];
    async function client(from: number): Promise<void> {
      for (let index = from; index < reviews; index += clients) {
        const object = deployment([script.substitute(`{{registry}}/team/app:t${index}`)]);
        const { status, kinds } = await replica.review(object, { query: '?timeout=30s' });
        answers.push(`${status} ${kinds.join()}`);
      }
    }
    await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
    assert.deepEqual(
      answers,
      answers.map(() => '200 '),
    );
    assert.equal(answers.length, reviews);
    starvation.end();
  });

  test('F75 a process that cannot keep up answers without a review, and recovers', async () => {
    await using script = await startScript(publicRegistry());
    await using site = await openSite();
    await using replica = await site.start({ server: { maxEventLoopLag: '500ms' } });
    const object = deployment([script.substitute('{{registry}}/team/app:v1')]);
    const kinds = async () => (await replica.review(object)).kinds.join();
    assert.equal(await kinds(), '');
    await using starvation = starve(replica.daemon.pid, { runMs: 20, stopMs: 800 });
    await until('it answers without a review', async () => (await kinds()) === 'not-checked', 60_000);
    starvation.end();
    await until('it checks images again', async () => (await kinds()) === '', 60_000);
    const { text } = await replica.get('/metrics');
    assert.match(text, /^pullgate_reviews_skipped_total\{reason="overload"\} [1-9]/m);
  });
});
