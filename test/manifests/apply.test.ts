import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import type { ControlPlane } from '../support/control-plane/control-plane.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { shippedRules } from '../support/shipped-rules.ts';
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

  /** Writes what Pullgate writes: the bundle, the rules, and a path for a Service that has none. Returns the path. */
  async function write(): Promise<string> {
    const service = await read(webhook, '.webhooks[0].clientConfig.service');
    const old = await read(webhook, '.webhooks[0].clientConfig.service.path');
    const path = service === '' || old !== '' ? old : `/validate/${'a1'.repeat(32)}`;
    const patch = [
      { op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: bundle },
      { op: 'add', path: '/webhooks/0/rules', value: shippedRules },
      ...(path === old ? [] : [{ op: 'add', path: '/webhooks/0/clientConfig/service/path', value: path }]),
    ];
    const manager = '--field-manager=pullgate';
    await succeed(plane.kubectl, ['patch', webhook, '--type=json', '-p', JSON.stringify(patch), manager]);
    return path;
  }

  async function assertKept(path: string): Promise<void> {
    assert.equal(await read(webhook, '.webhooks[0].clientConfig.caBundle'), bundle);
    assert.equal(await read(webhook, '.webhooks[0].clientConfig.service.path'), path);
    assert.deepEqual(JSON.parse(await read(webhook, '.webhooks[0].rules')), shippedRules);
  }

  for (const install of installs) {
    let path = '';

    test(`${install}: changes no object, and keeps what Pullgate wrote`, async () => {
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
      await assertKept(path);
    });

    test(`${install}: server-side apply after client-side apply has no conflict, and keeps it too`, async () => {
      const lines = await apply(plane, install, '--server-side');
      assert.ok(lines.every((line) => line.endsWith(' serverside-applied')));
      await assertKept(path);
    });
  }

  test('the installs that Pullgate may write to have no path and no rules of their own', async () => {
    for (const install of installs) {
      await succeed(plane.kubectl, ['delete', webhook]);
      await apply(plane, install);
      const given = install === 'overlays/cert-manager';
      const rules = await read(webhook, '.webhooks[0].rules');
      assert.equal(await read(webhook, '.webhooks[0].clientConfig.service.path'), given ? '/validate' : '', install);
      assert.deepEqual(rules === '' ? [] : JSON.parse(rules), given ? shippedRules : [], install);
    }
  });

  for (const flags of [[], ['--server-side', '--force-conflicts']]) {
    test(`from one install to another, ${flags[0] ?? 'client-side'}: the rules never disappear`, async () => {
      await succeed(plane.kubectl, ['delete', webhook]);
      await apply(plane, 'base', ...flags);
      await write();
      for (const install of ['overlays/enforce', 'overlays/strict', 'overlays/audit', 'overlays/enforce']) {
        await apply(plane, install, ...flags);
        assert.deepEqual(JSON.parse(await read(webhook, '.webhooks[0].rules')), shippedRules, install);
      }
    });
  }
});
