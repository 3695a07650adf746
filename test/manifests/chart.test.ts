import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { assertFile } from '../support/golden.ts';
import { manifests } from '../support/overlay.ts';
import { chart, generatedFiles } from '../chart/generated.ts';
import { valuesIn } from '../chart/readme.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

const files = await generatedFiles();
const values = await readFile(join(chart, 'values.yaml'), 'utf8');

describe('the files of the chart', () => {
  for (const [path, text] of files) {
    test(`${path} is up to date (otherwise run \`make golden\`)`, async () => {
      await mkdir(dirname(join(chart, path)), { recursive: true });
      await assertFile(pathToFileURL(join(chart, path)), text);
    });
  }

  test('files/ has no other file than the copies and the program of `helm test`', async () => {
    const entries = await readdir(join(chart, 'files'), { recursive: true, withFileTypes: true });
    const found = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    const wanted = [...files.keys(), 'files/test.js'].filter((path) => path.startsWith('files/'));
    assert.deepEqual(found.toSorted(), wanted.map((path) => join(chart, path)).toSorted());
  });

  test('every value has a description of one or more sentences', () => {
    const all = valuesIn(values);
    assert.ok(all.length > 40);
    for (const { path, description } of all) assert.match(description, /^[A-Z`][^]*[.:`]$/, path);
  });

  test('the schema has exactly the values of values.yaml, and what Helm passes to a dependency', async () => {
    const schema = parse(await readFile(join(chart, 'values.schema.json'), 'utf8')) as Schema;
    const { global, enabled, ...properties } = schema.properties ?? {};
    assert.ok(global !== undefined && enabled !== undefined);
    const paths = valuesIn(values).map(({ path }) => path);
    assert.deepEqual(pathsIn({ properties }, '', paths).toSorted(), paths.toSorted());
  });

  test('the chart has the version of the package, and its image is that of the manifests', async () => {
    const { version } = parse(await readFile(join(manifests, '../package.json'), 'utf8')) as { version: string };
    const about = parse(await readFile(join(chart, 'Chart.yaml'), 'utf8')) as { version: string; appVersion: string };
    assert.deepEqual([about.version, about.appVersion], [version, version]);
  });
});

/** The paths in a schema, as deep as the values. */
function pathsIn({ properties = {} }: Schema, prefix: string, values: readonly string[]): readonly string[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const path = `${prefix}${key}`;
    return values.some((value) => value.startsWith(`${path}.`)) ? pathsIn(schema, `${path}.`, values) : [path];
  });
}
