/*
 * Installs Pullgate as an operator does: copies the shipped manifests, sets the name of the image, and adds a kustomization
 * with the CAs of the registries and a changed configuration. The folder of this kustomization is the "site".
 */
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { manifests } from '../support/overlay.ts';
import type { Cluster } from './cluster.ts';
import { closed, open } from './images.ts';

export interface SiteOptions {
  /** Folder in `manifests`. */
  readonly on: string;
  readonly components?: readonly string[];
  /** Fields that are added to the config of the overlay. */
  readonly config?: object;
  /** Tag of Pullgate's image. */
  readonly tag?: string;
}

/** The copied manifests. */
export interface Manifests {
  readonly folder: string;
}

/** The objects that all suites share, after the cluster is started. */
export interface Stage {
  readonly cluster: Cluster;
  readonly manifests: Manifests;
}

/** The `registries` of the config. The component `registry-cas` mounts the CA. */
export const registries = [open, closed].map((host) => ({ host, ca: '/etc/pullgate-ca/registry.pem' }));

/** Copies the manifests, and sets the name of the image in the copy, as the README describes. */
export async function copyManifests({ kit }: Cluster): Promise<Manifests> {
  const folder = join(kit.state, 'manifests');
  await cp(manifests, folder, { recursive: true });
  const path = join(folder, 'base/kustomization.yaml');
  const text = await readFile(path, 'utf8');
  const named = text.replace(/newName: .*\n( *newTag:) .*/, `newName: ${open}/pullgate\n$1 first`);
  await writeFile(path, named);
  return { folder };
}

/** Writes a site and applies it. */
export async function install({ cluster, manifests }: Stage, options: SiteOptions): Promise<void> {
  await cluster.must('apply', '-k', await writeSite(cluster, manifests, options));
}

/** Writes a kustomization on top of an overlay, and returns its folder. */
async function writeSite({ kit }: Cluster, { folder }: Manifests, options: SiteOptions): Promise<string> {
  const { on, components = [], config = {}, tag = 'first' } = options;
  const site = await mkdtemp(join(folder, 'site-'));
  const own = await configOf(join(folder, on)).catch(() => configOf(join(folder, 'base')));
  await cp(join(kit.state, 'pki/ca.crt'), join(site, 'registry.pem'));
  await writeFile(join(site, 'config.yaml'), JSON.stringify({ ...own, registries, ...config }));
  const at = (path: string): string => relative(site, join(folder, path));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [at(on)],
    components: ['registry-cas', ...components].map((name) => at(`components/${name}`)),
    images: [{ name: `${open}/pullgate`, newTag: tag }],
    configMapGenerator: [
      { name: 'pullgate', namespace: 'pullgate', behavior: 'merge', files: ['config.yaml'] },
      { name: 'pullgate-registry-cas', namespace: 'pullgate', files: ['registry.pem'] },
    ],
    generatorOptions: { disableNameSuffixHash: true },
  };
  await writeFile(join(site, 'kustomization.yaml'), JSON.stringify(kustomization));
  return site;
}

async function configOf(folder: string): Promise<object> {
  return parse(await readFile(join(folder, 'config.yaml'), 'utf8')) as object;
}

/** Copies the overlay `node-files` and replaces its example files, as docs/operations.md describes. Returns the new folder. */
export async function copyNodeFiles(
  { folder }: Manifests,
  files: Readonly<Record<string, string>>,
  edit: (kustomization: string) => string,
): Promise<string> {
  const mine = join(folder, 'overlays/mine');
  await cp(join(folder, 'overlays/node-files'), mine, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(mine, path, '..'), { recursive: true });
    await writeFile(join(mine, path), text);
  }
  const path = join(mine, 'kustomization.yaml');
  await writeFile(path, edit(await readFile(path, 'utf8')));
  return mine;
}
