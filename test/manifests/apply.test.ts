import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import type { ControlPlane } from '../support/control-plane/control-plane.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { apply, installs, startApiServer } from './api-server.ts';

const budget = 'poddisruptionbudget.policy/pullgate';
const webhook = 'validatingwebhookconfiguration/pullgate';
const bundle = Buffer.from('what Pullgate wrote').toString('base64');

describe('kubectl apply of objects that exist already', await needsControlPlane(), () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await startApiServer({ controllers: false });
  });
  after(async () => plane?.stop());

  async function read(object: string, path: string): Promise<string> {
    const { stdout } = await plane.kubectl(['get', object, '-n', 'pullgate', '-o', `jsonpath={${path}}`]);
    return stdout;
  }

  for (const install of installs) {
    test(`${install}: changes no object, and keeps the CA bundle`, async () => {
      await apply(plane, install);
      const patch = [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: bundle }];
      await succeed(plane.kubectl, ['patch', webhook, '--type=json', '-p', JSON.stringify(patch)]);
      const version = await read(budget, '.metadata.resourceVersion');
      const changed = (await apply(plane, install)).filter((line) => !line.endsWith(' unchanged'));
      // kubectl always sends the selector of a PodDisruptionBudget, and prints `configured` although nothing changes.
      assert.deepEqual(
        changed.filter((line) => line !== `${budget} configured`),
        [],
      );
      assert.equal(await read(budget, '.metadata.resourceVersion'), version);
      assert.equal(await read(webhook, '.webhooks[0].clientConfig.caBundle'), bundle);
    });

    test(`${install}: server-side apply after client-side apply has no conflict, and keeps the CA bundle`, async () => {
      const lines = await apply(plane, install, '--server-side');
      assert.ok(lines.every((line) => line.endsWith(' serverside-applied')));
      assert.equal(await read(webhook, '.webhooks[0].clientConfig.caBundle'), bundle);
    });
  }
});
