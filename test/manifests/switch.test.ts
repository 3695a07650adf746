import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { needsControlPlane } from '../support/control-plane/assets.ts';
import type { ControlPlane } from '../support/control-plane/control-plane.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { manifests, overlay } from '../support/overlay.ts';
import { apply, installs, objectsHeld, objectsOf, startApiServer } from './api-server.ts';
import { commandsOf, removal } from './page.ts';

/** One after the other: each begins with what is left of the one before. */
const way = ['base', 'enforce', 'namespaced-secrets', 'base', 'cert-manager', 'namespaced-secrets', 'strict'];
const furtherWay = ['cert-manager', 'node-files', 'audit', 'development', 'strict', 'base'];

suite('another overlay in place of the one before', await needsControlPlane(), () => {
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

  for (const [index, to] of [...way, ...furtherWay].entries()) {
    const from = [...way, ...furtherWay][index - 1] ?? 'nothing';
    test(`${from} → ${to}: with the commands of the page, what a fresh install has, and nothing else`, async () => {
      const folder = to === 'base' ? to : `overlays/${to}`;
      await apply(plane, folder);
      await run([...commandsOf(`to ${to}`), ...commandsOf(`from ${from}`)]);
      assert.deepEqual(await objectsHeld(plane), await objectsOf(plane, folder));
      assert.equal(await mayReadSecrets(), to !== 'namespaced-secrets');
    });
  }

  test('base with every component → base: with the command of the page for each that grants something', async () => {
    const components = await readdir(join(manifests, 'components'));
    await using more = await overlay({ on: 'base', url: 'https://127.0.0.1/', components });
    const brought = await objectsOf(plane, more.directory);
    await apply(plane, more.directory);
    assert.deepEqual(await objectsHeld(plane), brought);
    await apply(plane, 'base');
    const granting = components.filter((name) => brought.includes(`ClusterRole /pullgate-${name}`));
    assert.ok(granting.length >= 5);
    const named = granting.flatMap((name) =>
      commandsOf('without the component NAME').map((args) => args.map((word) => word.replace('NAME', name))),
    );
    await run(named);
    assert.deepEqual(await objectsHeld(plane), await objectsOf(plane, 'base'));
  });

  test('everything deleted: nothing is left of any overlay', async () => {
    for (const install of installs) await apply(plane, install);
    assert.ok(removal.length > 0);
    await run(removal);
    assert.deepEqual(await objectsHeld(plane), []);
  });
});
