import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { manifests } from '../support/overlay.ts';

const files = (await readdir(manifests, { recursive: true })).filter((path) => path.endsWith('.yaml'));
const kustomizations = files.filter((path) => path.endsWith('kustomization.yaml'));

async function read(path: string): Promise<Readonly<Record<string, unknown>>> {
  return parse(await readFile(join(manifests, path), 'utf8')) as Record<string, unknown>;
}

for (const path of kustomizations) {
  test(`${path}: its objects have the labels that the removal commands select`, async () => {
    const { resources = [], labels } = await read(path);
    if (!(resources as readonly string[]).some((resource) => resource.endsWith('.yaml'))) return;
    const pairs = { 'app.kubernetes.io/name': 'pullgate', 'app.kubernetes.io/part-of': 'pullgate' };
    assert.deepEqual(labels, [{ pairs }]);
  });

  test(`${path}: no patch has two objects, because kubectl 1.32 panics on it`, async () => {
    for (const { path: file, patch } of ((await read(path))['patches'] ?? []) as readonly Patch[]) {
      const text = patch ?? (await readFile(join(manifests, dirname(path), file ?? ''), 'utf8'));
      assert.equal(parseAllDocuments(text).length, 1, file);
    }
  });
}

test('the component scan has the image of the base', async () => {
  const { images } = await read('components/scan/kustomization.yaml');
  assert.deepEqual(images, (await read('base/kustomization.yaml'))['images']);
});

interface Patch {
  readonly path?: string;
  readonly patch?: string;
}
