import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readConfig } from '../../src/config/read-config.ts';
import { controlPlaneAvailable } from '../support/control-plane/assets.ts';
import { helm, helmMajors, needsHelm } from '../support/helm.ts';
import { manifests } from '../support/overlay.ts';
import { chart } from './generated.ts';
import { differences, meaningOf, type KubeObject } from './meaning.ts';
import { modes, type Mode } from './modes.ts';
import { kubernetes, kustomized, objectsIn, rendered, type Release } from './render.ts';

const plane = await controlPlaneAvailable();
const { skip = plane.kind === 'absent' ? plane.reason : undefined } = await needsHelm();

async function overlayOf(mode: Mode): Promise<readonly KubeObject[]> {
  assert.ok(plane.kind === 'available');
  return kustomized(plane.assets.kubectl, mode);
}

/** The longest names that Kubernetes allows for a Service and a namespace. */
const long: Release & { readonly full: string } = {
  name: 'r'.repeat(53),
  full: 'service-'.padEnd(63, 'x'),
  namespace: 'namespace-'.padEnd(63, 'y'),
};

describe('the chart', { ...(skip !== undefined && { skip }) }, () => {
  for (const major of helmMajors) {
    test(`helm ${major} lint finds nothing`, async () => {
      const { code, stdout } = await helm(major, ['lint', '--strict', '--kube-version', kubernetes, chart]);
      assert.equal(code, 0, stdout);
      assert.doesNotMatch(stdout, /\[(WARNING|ERROR)\]/);
    });

    for (const [name, mode] of Object.entries(modes)) {
      test(`${name}: helm ${major} renders the objects of the overlay`, async () => {
        const objects = objectsIn(await rendered(major, mode.values));
        assert.deepEqual(meaningOf(objects), meaningOf(await overlayOf(mode)));
      });
    }
  }

  for (const [name, mode] of Object.entries(modes)) {
    test(`${name}: every name follows the release and the namespace`, async () => {
      const text = await rendered('v4', { ...mode.values, fullnameOverride: long.full }, long);
      assert.deepEqual(usualNamesIn(objectsIn(text), mode.values), []);
      const usual = text
        .replaceAll(long.full, 'pullgate')
        .replaceAll(`${long.full.slice(0, 58)}-scan`, 'pullgate-scan')
        .replaceAll(long.namespace, 'pullgate');
      assert.deepEqual(meaningOf(objectsIn(usual)), meaningOf(await overlayOf(mode)));
    });
  }

  const releases: readonly { readonly name: string; readonly service: string }[] = [
    { name: 'pullgate', service: 'pullgate' },
    { name: 'pullgate-audit', service: 'pullgate-audit' },
    { name: 'gate', service: 'gate-pullgate' },
    { name: 'gate.v1', service: 'gate-v1-pullgate' },
    { name: long.name, service: `${long.name}-pullgate` },
  ];
  for (const { name, service } of releases) {
    test(`the Service of the release ${name} is ${service}, which Kubernetes allows`, async () => {
      const objects = objectsIn(await rendered('v4', {}, { name, namespace: 'security' }));
      const found = objects.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name);
      assert.deepEqual(found, [service]);
      assert.match(service, /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
    });
  }

  test('every overlay and component has a mode, but for development, which has no pods', async () => {
    const used = Object.values(modes).flatMap(({ on, components = [] }) => [
      on,
      ...components.map((one) => `components/${one}`),
    ]);
    const folders = ['overlays', 'components'].map(async (folder) =>
      (await readdir(join(manifests, folder))).map((name) => `${folder}/${name}`),
    );
    const all = (await Promise.all(folders)).flat().filter((name) => name !== 'overlays/development');
    assert.deepEqual([...new Set(used)].filter((name) => name !== 'base').toSorted(), all.toSorted());
  });

  for (const { what, remove } of differences) {
    test(`the difference is still there: ${what}`, async () => {
      const mode = modes['node-files'];
      assert.ok(mode !== undefined);
      const sides = [objectsIn(await rendered('v4', mode.values)), await overlayOf(mode)];
      assert.ok(sides.some((objects) => JSON.stringify(remove(objects)) !== JSON.stringify(objects)));
    });
  }
});

/** Fields that are always named after the program: labels, the container, the CA of cert-manager. */
const constant = /(\.app\.kubernetes\.io\/(name|part-of)|\.helm\.sh\/chart|ontainers\.\d\.name|\.commonName)$/;

/** Returns the path and value of each text that still has the usual name, although the release has another one. */
function usualNamesIn(node: unknown, values: object, path = ''): readonly string[] {
  if (typeof node === 'string') {
    if (path.endsWith('.config.yaml')) return usualNamesIn(namesInConfig(node), values, path);
    const found =
      /^pullgate($|[-./](?!dev))/.test(node) && !constant.test(path) && !JSON.stringify(values).includes(node);
    return found ? [`${path}: ${node}`] : [];
  }
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => usualNamesIn(value, values, `${path}.${key}`));
}

/** Returns the names that the program uses with a configuration: also those that are its defaults. */
function namesInConfig(text: string): object {
  const result = readConfig({ name: 'config.yaml', text });
  assert.ok(result.kind === 'config');
  const { source, ...names } = result.config.tls;
  return source === 'self-signed' ? names : {};
}
