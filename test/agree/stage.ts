import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NodeScript } from './scenario.ts';

/** Paths of the files of a scenario's node, as mounted into the webhook. */
export interface NodeFiles {
  /** containerd's `certs.d`. */
  readonly hosts: string;
  readonly dockerConfig?: string;
  readonly providers?: { readonly config: string; readonly binDir: string };
  /** `nodeFiles` of the config. */
  readonly nodeFiles: object;
}

/** Writes the files of a scenario's node to `folder`. */
export async function writeNodeFiles(node: NodeScript, folder: string): Promise<NodeFiles> {
  const files = {
    hosts: join(folder, 'certs.d'),
    dockerConfig: join(folder, 'config.json'),
    config: join(folder, 'credential-provider.json'),
    binDir: join(folder, 'bin'),
    own: join(folder, 'own'),
  };
  await mkdir(files.hosts);
  for (const [directory, text] of Object.entries(node.hosts ?? {})) {
    await write(join(files.hosts, directory, 'hosts.toml'), text);
  }
  for (const [path, text] of Object.entries({ ...given[node.kind ?? 'containerd'], ...node.files })) {
    if (text !== null) await write(join(files.own, path), text);
  }
  if (node.dockerConfig) await write(files.dockerConfig, JSON.stringify(node.dockerConfig));
  if (node.providers) await write(files.config, JSON.stringify(node.providers.config));
  for (const [name, text] of Object.entries(node.providers?.executables ?? {})) {
    await write(join(files.binDir, name), text, 0o755);
  }
  return {
    hosts: files.hosts,
    nodeFiles: nodeFilesOf(node, files.own),
    ...(node.dockerConfig && { dockerConfig: files.dockerConfig }),
    ...(node.providers && { providers: { config: files.config, binDir: files.binDir } }),
  };
}

/** What the folder of a kind of node has unless the scenario says otherwise: CRI-O pulls nothing without a policy. */
const given: Partial<Record<NonNullable<NodeScript['kind']>, Readonly<Record<string, string>>>> = {
  'cri-o': { 'policy.json': '{"default": [{"type": "insecureAcceptAnything"}]}' },
};

/** The option of the config that each file of a kind of node is for. An empty name stands for the folder. */
const options = {
  containerd: { containerdConfig: 'config.toml' },
  k3s: { k3sRegistries: 'registries.yaml' },
  'cri-o': { containers: '', containersAuth: 'auth.json' },
  docker: { dockerDaemon: 'daemon.json' },
} as const satisfies Record<NonNullable<NodeScript['kind']>, object>;

function nodeFilesOf({ kind = 'containerd', files = {}, arguments: flags = [] }: NodeScript, folder: string): object {
  const given = Object.entries(options[kind]).filter(([, file]) => file === '' || Object.hasOwn(files, file));
  return {
    ...Object.fromEntries(given.map(([option, file]) => [option, join(folder, file)])),
    k3sDisableDefaultEndpoint: flags.includes('--disable-default-registry-endpoint'),
  };
}

async function write(path: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode });
}
