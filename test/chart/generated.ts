/*
 * The files of the chart that are made from other files: copies of the manifests, the schema of the value `config`, and
 * the README. `make golden` writes them.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifests } from '../support/overlay.ts';
import { withConfigSchema } from './config-schema.ts';
import { readmeOf } from './readme.ts';

export const chart = join(manifests, 'chart');

/** Folders in `manifests` whose objects and patches the templates of the chart change and print. */
const sources = ['base', 'components', 'observe', 'overlays/cert-manager', 'overlays/namespaced-secrets'];

/** kustomize's own files, the namespace, which Helm creates, a patch of one field, and a patch for kustomize alone. */
const unused = /(^|\/)(kustomization|namespace|inject|custom-workloads-cert-manager\/rules)\.yaml$/;

/** Returns the text of each generated file, by its path in the chart. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const source of sources) {
    const paths = await readdir(join(manifests, source), { recursive: true });
    for (const path of paths.map((one) => `${source}/${one}`).toSorted()) {
      if (!/\.(yaml|json)$/.test(path) || unused.test(path)) continue;
      files.set(`files/${path}`, await readFile(join(manifests, path), 'utf8'));
    }
  }
  const schema = await readFile(join(chart, 'values.schema.json'), 'utf8');
  files.set('values.schema.json', await withConfigSchema(schema));
  files.set('README.md', readmeOf(await readFile(join(chart, 'values.yaml'), 'utf8')));
  return files;
}
