import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { join } from 'node:path';
import { request } from 'undici';
import { openCalledSite, type CalledReplica, type CalledSite } from '../faults/support/called-site.ts';
import { until } from '../faults/support/until.ts';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { manifests } from '../support/overlay.ts';

interface Case {
  readonly it: string;
  /** What is deleted. */
  readonly remove: readonly (readonly string[])[];
  readonly problem: RegExp;
}

const configuration = ['validatingwebhookconfiguration', 'pullgate'];
const emptyBundle = '[{"op":"replace","path":"/webhooks/0/clientConfig/caBundle","value":""}]';
const cases: readonly Case[] = [
  {
    it: 'the webhook configuration',
    remove: [['delete', ...configuration]],
    problem: /the ValidatingWebhookConfiguration pullgate does not exist, so the API server does not call Pullgate/,
  },
  {
    it: 'the right to write the webhook configuration',
    remove: [
      ['delete', 'clusterrolebinding', 'pullgate-ca-bundle'],
      ['patch', ...configuration, '--type=json', '-p', emptyBundle],
    ],
    problem: /Pullgate may not read or write the ValidatingWebhookConfiguration pullgate/,
  },
  {
    it: 'the Secret with the certificate',
    remove: [['delete', 'secret', 'pullgate-tls', '-n', 'pullgate']],
    problem: /the Secret pullgate\/pullgate-tls does not exist, or Pullgate may not get and patch it/,
  },
];

/** A pod with the name and uid that the replica gets from the kubelet in a real cluster. */
const identity = { POD_NAME: 'pullgate-0', POD_UID: 'a-uid' };

describe('an object that is missing while a replica runs', await needsControlPlane(), () => {
  let site: CalledSite;
  let replica: CalledReplica;
  before(async () => {
    site = await openCalledSite();
    replica = await site.start({ environment: identity });
  });
  after(async () => site?.[Symbol.asyncDispose]());

  async function readyz(): Promise<string> {
    const response = await request(`http://127.0.0.1:${replica.metricsPort}/readyz`);
    assert.equal(response.statusCode, 200, 'the replica stays ready: the others have the same problem');
    return response.body.text();
  }

  async function events(): Promise<readonly string[]> {
    const path = 'jsonpath={range .items[*]}{.type} {.reason} {.message}{"\\n"}{end}';
    // The selector of `kubectl describe pod`.
    const selector = `--field-selector=involvedObject.name=${identity.POD_NAME},involvedObject.uid=${identity.POD_UID}`;
    const text = await succeed(site.plane.kubectl, ['get', 'events', '-n', 'pullgate', selector, '-o', path]);
    return text.split('\n').filter((line) => line !== '');
  }

  for (const { it, remove, problem } of cases) {
    test(`${it}: the log, /readyz and an Event on the pod name it, and it heals without a restart`, async () => {
      const earlier = await events();
      for (const args of remove) await succeed(site.plane.kubectl, args);
      await until('/readyz names it', async () => problem.test(await readyz()), 40_000);
      await until('the log names it', () => problem.test(replica.daemon.tail()), 20_000);
      const news = async (): Promise<string> => (await events()).filter((line) => !earlier.includes(line)).join('\n');
      await until('an Event names it', async () => problem.test(await news()), 20_000);
      assert.match(await news(), /^Warning WebhookNotReady /m);
      await succeed(site.plane.kubectl, ['apply', '-k', join(manifests, 'base')]);
      await until('/readyz is without it', async () => /^\[\+\] webhook$/m.test(await readyz()), 40_000);
      await until(
        'an Event says so',
        async () => (await events()).some((line) => line.includes('WebhookReady')),
        20_000,
      );
    });
  }
});
