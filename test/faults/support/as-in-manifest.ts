import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { builtMain } from './built.ts';
import type { Launch } from './serving.ts';

const manifest = join(import.meta.dirname, '../../../manifests/base/deployment.yaml');

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly resources: { readonly limits: { readonly memory: string } };
}

async function containerOfManifest(): Promise<Container> {
  return parse(await readFile(manifest, 'utf8')).spec.template.spec.containers[0] as Container;
}

/** How the manifest starts the program: the built one, with its options of Node. */
export async function asInManifest(): Promise<Required<Pick<Launch, 'nodeOptions' | 'main'>>> {
  const { env } = await containerOfManifest();
  const options = env.find(({ name }) => name === 'NODE_OPTIONS')?.value ?? '';
  return { nodeOptions: options.split(' '), main: await builtMain() };
}

/** The memory limit of the manifest, in MiB. */
export async function limitOfManifest(): Promise<number> {
  return Number.parseInt((await containerOfManifest()).resources.limits.memory, 10);
}
