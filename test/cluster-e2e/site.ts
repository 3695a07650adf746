/*
 * Installs as an operator makes them: a copy of the shipped manifests with the name of an image of one's own, and a
 * kustomization of one's own on top, for the CAs of the registries and a changed configuration.
 */
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { manifests } from '../support/overlay.ts';
import type { Cluster } from './cluster.ts';
import { closed, open } from './images.ts';

export interface SiteOptions {
  /** Folder below `manifests`. */
  readonly on: string;
  readonly components?: readonly string[];
  /** Beside what the overlay's own config says. */
  readonly config?: object;
  /** Of Pullgate's image. */
  readonly tag?: string;
}

/** The copied manifests. */
export interface Manifests {
  readonly folder: string;
}

/** What the suites share; there once the cluster is up. */
export interface Stage {
  readonly cluster: Cluster;
  readonly manifests: Manifests;
}

/** What the site says of the registries, wherever the CA is mounted. */
export const registries = [open, closed].map((host) => ({ host, ca: '/etc/pullgate-ca/registry.pem' }));

/** Copies the manifests, and names the image there, as the README says. */
export async function copyManifests({ kit }: Cluster): Promise<Manifests> {
  const folder = join(kit.state, 'manifests');
  await cp(manifests, folder, { recursive: true });
  const path = join(folder, 'base/kustomization.yaml');
  const text = await readFile(path, 'utf8');
  const named = text.replace(/newName: .*\n( *newTag:) .*/, `newName: ${open}/pullgate\n$1 first`);
  await writeFile(path, named);
  return { folder };
}

/** Writes a site, and applies it. */
export async function install({ cluster, manifests }: Stage, options: SiteOptions): Promise<void> {
  await cluster.must('apply', '-k', await writeSite(cluster, manifests, options));
}

/** Writes a kustomization on top of one of them, and answers its folder. */
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

/** The overlay `node-files` as the page says: copied, and with files of one's own in place of the examples. */
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
