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

  /** Writes what Pullgate writes: the bundle, and a path for a Service that has none. Returns the path. */
  async function write(): Promise<string> {
    const service = await read(webhook, '.webhooks[0].clientConfig.service');
    const old = await read(webhook, '.webhooks[0].clientConfig.service.path');
    const path = service === '' || old !== '' ? old : `/validate/${'a1'.repeat(32)}`;
    const patch = [
      { op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: bundle },
      ...(path === old ? [] : [{ op: 'add', path: '/webhooks/0/clientConfig/service/path', value: path }]),
    ];
    const manager = '--field-manager=pullgate';
    await succeed(plane.kubectl, ['patch', webhook, '--type=json', '-p', JSON.stringify(patch), manager]);
    return path;
  }

  for (const install of installs) {
    let path = '';

    test(`${install}: changes no object, and keeps the CA bundle and the path`, async () => {
      await apply(plane, install);
      path = await write();
      const version = await read(budget, '.metadata.resourceVersion');
      const changed = (await apply(plane, install)).filter((line) => !line.endsWith(' unchanged'));
      // kubectl always sends the selector of a PodDisruptionBudget, and prints `configured` although nothing changes.
      assert.deepEqual(
        changed.filter((line) => line !== `${budget} configured`),
        [],
      );
      assert.equal(await read(budget, '.metadata.resourceVersion'), version);
      assert.equal(await read(webhook, '.webhooks[0].clientConfig.caBundle'), bundle);
      assert.equal(await read(webhook, '.webhooks[0].clientConfig.service.path'), path);
    });

    test(`${install}: server-side apply after client-side apply has no conflict, and keeps both`, async () => {
      const lines = await apply(plane, install, '--server-side');
      assert.ok(lines.every((line) => line.endsWith(' serverside-applied')));
      assert.equal(await read(webhook, '.webhooks[0].clientConfig.caBundle'), bundle);
      assert.equal(await read(webhook, '.webhooks[0].clientConfig.service.path'), path);
    });
  }

  test('the installs that Pullgate may write to have no path of their own', async () => {
    for (const install of installs) {
      await succeed(plane.kubectl, ['delete', webhook]);
      await apply(plane, install);
      const expected = install === 'overlays/cert-manager' ? '/validate' : '';
      assert.equal(await read(webhook, '.webhooks[0].clientConfig.service.path'), expected, install);
    }
  });
});
