import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { needsHelm } from '../support/helm.ts';
import { chart } from './generated.ts';
import { meaningOf } from './meaning.ts';
import { samples } from './options.ts';
import { valuesIn } from './readme.ts';
import { objectsIn, rendered } from './render.ts';

const paths = valuesIn(await readFile(join(chart, 'values.yaml'), 'utf8')).map(({ path }) => path);

type Values = Readonly<Record<string, unknown>>;

/** Merges values as Helm does: maps by key, everything else as a whole. */
function merged(one: object, other: object): object {
  const result: Record<string, unknown> = { ...one };
  for (const [key, value] of Object.entries(other) as [string, unknown][]) {
    const both = isMap(result[key]) && isMap(value);
    result[key] = both ? merged(result[key] as Values, value as Values) : value;
  }
  return result;
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

describe('the values of the chart', await needsHelm(), () => {
  test('each has a sample', () => {
    assert.deepEqual(Object.keys(samples).toSorted(), paths.toSorted());
  });

  for (const [path, { given = {}, set, shows }] of Object.entries(samples)) {
    test(`${path} has an effect`, async () => {
      const [before, after] = await Promise.all([rendered('v4', given), rendered('v4', merged(given, set))]);
      assert.ok(!before.includes(shows), 'the sample shows what is there anyway');
      assert.ok(after.includes(shows), after);
      // Throws if the program refuses the configuration.
      meaningOf(objectsIn(after));
    });
  }

  test('one replica has no PodDisruptionBudget, because it would block every drain', async () => {
    const kinds = objectsIn(await rendered('v4', { replicas: 1 })).map(({ kind }) => kind);
    assert.ok(!kinds.includes('PodDisruptionBudget'));
  });

  test('an existing certificate needs no rights: neither its Secret nor the CA bundle is written', async () => {
    const certificates = { source: 'existing', existing: { secretName: 'mine' } };
    const names = objectsIn(await rendered('v4', { certificates })).map(({ metadata }) => metadata.name);
    for (const part of ['own-certificate', 'ca-bundle', '-tls'])
      assert.ok(!names.some((name) => name.endsWith(part)), part);
  });

  test('an announcer of the configuration gets the right to read its objects', async () => {
    const announcers = [
      { apiVersion: 'example.com/v1', kind: 'Login', resource: 'logins', secretNames: ['spec.name'] },
    ];
    const objects = objectsIn(await rendered('v4', { config: { missingSecret: 'pending', announcers } }));
    const role = objects.find(
      ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name.endsWith('announced-secrets'),
    );
    const { rules } = role as unknown as { readonly rules: readonly object[] };
    assert.deepEqual(rules.at(-1), { apiGroups: ['example.com'], resources: ['logins'], verbs: ['get', 'list'] });
  });

  test('without nodes.enabled there is no right to list nodes', async () => {
    const text = await rendered('v4', { config: { nodes: { enabled: false } } });
    assert.ok(!text.includes('read-nodes'));
  });
});
