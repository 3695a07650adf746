import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import type { ControlPlane } from '../support/control-plane/control-plane.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { componentsOfBase, overlay } from '../support/overlay.ts';
import { apply, installs, objectsHeld, objectsOf, startApiServer } from './api-server.ts';
import { commandsOf, removal } from './page.ts';

/** The overlays are applied in this order, each over the objects of the one before. */
const steps = ['base', 'enforce', 'namespaced-secrets', 'base', 'cert-manager', 'namespaced-secrets', 'strict'];
const moreSteps = ['cert-manager', 'node-files', 'audit', 'development', 'strict', 'base'];

describe('a change of the overlay', await needsControlPlane(), () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await startApiServer({ controllers: true });
  });
  after(async () => plane?.stop());

  async function run(commands: readonly (readonly string[])[]): Promise<void> {
    for (const args of commands) await succeed(plane.kubectl, args);
  }

  async function mayReadSecrets(): Promise<boolean> {
    const as = '--as=system:serviceaccount:pullgate:pullgate';
    const { stdout } = await plane.kubectl(['auth', 'can-i', 'get', 'secrets/pull', '-n', 'kube-public', as]);
    return stdout.trim() === 'yes';
  }

  for (const [index, to] of [...steps, ...moreSteps].entries()) {
    const from = [...steps, ...moreSteps][index - 1] ?? 'nothing';
    test(`${from} → ${to}: the documented commands leave exactly the objects of a fresh install`, async () => {
      const folder = to === 'base' ? to : `overlays/${to}`;
      await apply(plane, folder);
      await run([...commandsOf(`to ${to}`), ...commandsOf(`from ${from}`)]);
      assert.deepEqual(await objectsHeld(plane), await objectsOf(plane, folder));
      assert.equal(await mayReadSecrets(), to !== 'namespaced-secrets');
    });
  }

  test('base with every component → base: the documented command removes the permissions of each component', async () => {
    const components = await componentsOfBase();
    await using more = await overlay({ on: 'base', url: 'https://127.0.0.1/', components });
    const added = await objectsOf(plane, more.directory);
    await apply(plane, more.directory);
    assert.deepEqual(await objectsHeld(plane), added);
    await apply(plane, 'base');
    const granting = components.filter((name) => added.includes(`ClusterRole /pullgate-${name}`));
    assert.ok(granting.length >= 5);
    const commands = granting.flatMap((name) =>
      commandsOf('without the component NAME').map((args) => args.map((word) => word.replace('NAME', name))),
    );
    await run([...commands, ...commandsOf('without the component scan, also')]);
    assert.deepEqual(await objectsHeld(plane), await objectsOf(plane, 'base'));
  });

  test('the documented removal leaves no object of any overlay', async () => {
    for (const install of installs) await apply(plane, install);
    assert.ok(removal.length > 0);
    await run(removal);
    assert.deepEqual(await objectsHeld(plane), []);
  });
});
