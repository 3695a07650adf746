import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { request } from 'undici';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript, type RunningScript } from '../support/scripted-registry/start.ts';
import { shippedRules, shippedText } from '../support/shipped-rules.ts';
import { openCalledSite, type Answer, type CalledReplica, type CalledSite } from './support/called-site.ts';
import { until } from './support/until.ts';

/** A first install with failurePolicy Fail, and one replica. */
interface Stage {
  readonly site: CalledSite;
  readonly registry: RunningScript;
  readonly replica: CalledReplica;
}

const needs = await needsControlPlane();
const annotation = '/metadata/annotations/pullgate.dev~1rules';
let started: Promise<Stage> | undefined;

/** The stage that all tests share. It starts when the first test needs it. */
function stage(): Promise<Stage> {
  return (started ??= startStage());
}

async function startStage(): Promise<Stage> {
  const [site, registry] = await Promise.all([openCalledSite({ fresh: true }), startScript(publicRegistry())]);
  return { site, registry, replica: await site.start({ early: true }) };
}

after(async () => {
  const running = await started;
  await running?.registry.close();
  await running?.site[Symbol.asyncDispose]();
});

async function create(tag: string): Promise<Answer> {
  const { site, registry } = await stage();
  return site.create(registry.substitute(`{{registry}}/team/app:${tag}`));
}

async function isDenied(): Promise<boolean> {
  return (await create('v9')).text.includes('denied the request');
}

/** Asks as the kubelet does. Returns undefined while the replica does not listen. */
async function probe(): Promise<{ readonly ready: boolean; readonly text: string } | undefined> {
  const { replica } = await stage();
  try {
    const response = await request(`http://127.0.0.1:${replica.metricsPort}/readyz`);
    return { text: await response.body.text(), ready: response.statusCode === 200 };
  } catch {
    return undefined;
  }
}

async function storedRules(): Promise<readonly object[] | undefined> {
  const { site } = await stage();
  return (await site.webhooks())[0]?.rules;
}

test(
  'F121 no create fails before the Service leads to the first replica, and then a missing tag is denied',
  needs,
  async () => {
    const { site, replica } = await stage();
    let said = '';
    // Only one answer: a Pod becomes ready after two, so the replica knows that the Service does not lead to it.
    await until(
      'the replica is ready',
      async () => {
        const answer = await probe();
        said = answer?.text ?? '';
        return answer?.ready === true;
      },
      20_000,
    );
    assert.match(said, /^\[!\] rules: with failurePolicy Fail, the API server starts to call/m);
    assert.notEqual((await site.entry()).bundle, '');
    assert.equal(await storedRules(), undefined);
    assert.deepEqual([(await create('v1')).status, (await create('v9')).status], [201, 201]);
    site.serve(replica);
    await probe();
    const statuses = new Set<number>();
    await until(
      'a missing tag is denied',
      async () => {
        statuses.add((await create('v1')).status);
        return isDenied();
      },
      30_000,
    );
    assert.deepEqual([...statuses], [201]);
    assert.deepEqual(await storedRules(), shippedRules);
    assert.equal((await create('v1')).status, 201);
    await until('/readyz has no problem', async () => /^\[\+\] rules$/m.test((await probe())?.text ?? ''));
  },
);

for (const rules of [[], shippedRules.slice(1)]) {
  test(`F121 rules that somebody cut down to ${rules.length} are healed`, needs, async () => {
    const { site } = await stage();
    await site.patch({ op: 'add', path: '/webhooks/0/rules', value: rules });
    await until('they are healed', async () => (await storedRules())?.length === shippedRules.length, 20_000);
    await until('a missing tag is denied', isDenied, 20_000);
  });
}

test('F121 a bad annotation is named in /readyz, the rules stay, and a good one is used at once', needs, async () => {
  const { site } = await stage();
  const rule = { apiGroups: ['*'], apiVersions: ['*'], operations: ['DELETE'], resources: ['*'] };
  await site.patch({ op: 'add', path: annotation, value: JSON.stringify([rule]) });
  const named =
    /^\[!\] rules: the annotation pullgate\.dev\/rules .*: \[0\]\.apiGroups: "\*" is not the name of a group$/m;
  await until('/readyz names it', async () => named.test((await probe())?.text ?? ''), 20_000);
  assert.deepEqual([await storedRules(), (await probe())?.ready, await isDenied()], [shippedRules, true, true]);
  await site.patch({ op: 'add', path: annotation, value: JSON.stringify(shippedRules.slice(0, 3)) });
  await until('the rules follow', async () => (await storedRules())?.length === 3, 20_000);
  await site.patch({ op: 'add', path: annotation, value: shippedText });
  await until('the rules are back', async () => (await storedRules())?.length === shippedRules.length, 20_000);
});
