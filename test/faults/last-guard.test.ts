import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment } from '../support/pods.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { startEveryImage } from './support/every-image.ts';
import { assertHealthy } from './support/healthy.ts';
import { openSite } from './support/serving.ts';
import { until } from './support/until.ts';

/** Node options that make the program throw when it sorts answers of `host`, as a bug there would. */
function withBug(host: string): readonly string[] {
  const source = `
    const { toSorted } = Array.prototype;
    Array.prototype.toSorted = function (...given) {
      if (this.some((each) => each?.evidence?.host === '${host}')) throw new TypeError('an injected bug');
      return toSorted.apply(this, given);
    };`;
  return [`--import=data:text/javascript,${encodeURIComponent(source)}`];
}

test('F86 an unexpected error in one image leaves it not checked, and the other images keep their verdict', async () => {
  await using script = await startScript(publicRegistry());
  await using registry = await startEveryImage();
  const host = script.substitute('{{registry}}');
  const bad = `127.4.0.1:${registry.port}`;
  await using site = await openSite();
  await using replica = await site.start({}, { nodeOptions: withBug(bad) });

  const both = await replica.review(deployment([`${bad}/private/app:v1`, `${host}/team/app:none`]));
  assert.deepEqual([both.status, both.allowed, both.kinds], [200, false, ['image-not-found', 'not-checked']]);
  assert.match(both.message, /because of a bug in Pullgate/);

  const alone = await replica.review(deployment([`${bad}/private/app:v1`, `${host}/team/app:v1`]));
  assert.deepEqual([alone.status, alone.allowed, alone.kinds], [200, true, ['not-checked']]);

  const { text } = await replica.get('/metrics');
  assert.match(text, /^pullgate_failures_total 2$/m);
  await until('the bug is in the log', () =>
    /not checked because of a bug.*an injected bug|an injected bug.*because of a bug/s.test(replica.daemon.tail()),
  );
  await assertHealthy(replica);
});
