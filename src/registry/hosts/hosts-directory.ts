import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { HostSettings } from '../../engine/hosts/hosts-toml.ts';
import { registryHosts, type RegistryHost } from '../../engine/hosts/registry-hosts.ts';
import { absent, stampOf } from '../../lib/watched-file.ts';
import { certificateProblem, type FileProblem } from './certificate-files.ts';
import { parseHostsToml } from './parse-hosts-toml.ts';

/**
 * Where an image of a registry is looked up. `problems` are files that the runtime passes over. `unusable`: it can make no
 * client of what is there (a CA that cannot be read), and every pull from the registry fails.
 */
export type HostsAnswer =
  | { readonly kind: 'hosts'; readonly hosts: readonly RegistryHost[]; readonly problems: readonly FileProblem[] }
  | { readonly kind: 'unusable'; readonly problem: FileProblem };

/** A runtime's `certs.d` folder. */
export interface HostsDirectory {
  /** The same object for as long as no file changed: clients may be kept by it. Never throws. */
  hostsFor(registry: string): Promise<HostsAnswer>;
  /** The registries that have a folder of their own, so that all can be looked at before anybody asks. Never throws. */
  registries(): Promise<readonly string[]>;
}

/** How long a file's change may go unseen, in ms. */
const recheckMs = 2_000;
const maxRegistries = 1_000;
const maxFileBytes = 1024 * 1024;

/** What was read, the files that it depends on, and how those looked. */
interface Reading {
  readonly answer: HostsAnswer;
  readonly files: readonly string[];
  readonly stamp: string;
  readonly checkedAt: number;
}

/**
 * A `certs.d` folder, read when a registry is first asked for and again when its files change. Mirrors HostDirFromRoot and
 * loadHostDir of containerd core/remotes/docker/config/hosts.go.
 */
export function hostsDirectory(root: string, now: () => number = Date.now): HostsDirectory {
  const readings = new LRUCache<string, Promise<Reading>>({ max: maxRegistries });
  async function refreshed(registry: string, before: Promise<Reading> | undefined): Promise<Reading> {
    const known = await before;
    if (known !== undefined && now() - known.checkedAt < recheckMs) return known;
    const checkedAt = now();
    if (known !== undefined && (await stampOf(known.files)) === known.stamp) return { ...known, checkedAt };
    // Which files count is known only after a first reading; what is kept is the second, no older than the stamp.
    const { files } = await readHosts(root, registry);
    const stamp = await stampOf(files);
    return { ...(await readHosts(root, registry)), files, stamp, checkedAt };
  }
  return {
    async hostsFor(registry) {
      const reading = refreshed(registry, readings.get(registry));
      readings.set(registry, reading);
      return (await reading).answer;
    },
    async registries() {
      const folders = await readdir(root).catch(() => []);
      return folders.slice(0, maxRegistries).map((folder) => folder.replace(/^(.+)_(\d+)_$/, '$1:$2'));
    },
  };
}

async function readHosts(root: string, registry: string): Promise<Pick<Reading, 'answer' | 'files'>> {
  const folders = foldersFor(root, registry);
  const folder = await firstOf(folders);
  if (folder === undefined) {
    return { answer: { kind: 'hosts', hosts: registryHosts(registry), problems: [] }, files: folders };
  }
  const file = join(folder, 'hosts.toml');
  const text = await readText(file);
  if (typeof text === 'object') return { answer: { kind: 'unusable', problem: text }, files: [...folders, file] };
  const read = text === '' ? undefined : parseHostsToml(text, folder);
  const hosts = registryHosts(registry, read?.kind === 'hosts' ? read.hosts : [await certificatesIn(folder)]);
  const certificates = hosts.flatMap(({ ca, client }) => [...ca, ...client.flat()]).filter((path) => path !== '');
  const files = [...folders, file, ...certificates];
  const problem = await certificateProblem(hosts);
  if (problem !== undefined) return { answer: { kind: 'unusable', problem }, files };
  const problems = read?.kind === 'invalid' ? [{ file, reason: read.reason }] : [];
  return { answer: { kind: 'hosts', hosts, problems }, files };
}

/** `host_5000_`, then `host:5000`, then `_default`; a name that would lead out of the root is no folder. */
function foldersFor(root: string, registry: string): readonly string[] {
  const names = new Set([registry.replace(/^(.+):([^:]*)$/, '$1_$2_'), registry, '_default']);
  return [...names].filter((name) => !/^\.{0,2}$|\//.test(name)).map((name) => join(root, name));
}

async function firstOf(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) if (await exists(folder)) return folder;
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return (await stampOf([path])) !== absent;
}

/** The file's text; empty where there is none. */
async function readText(file: string): Promise<string | FileProblem> {
  try {
    const { size } = await stat(file);
    return size > maxFileBytes ? { file, reason: 'the file is larger than 1 MiB' } : await readFile(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing ? '' : { file, reason: 'the file cannot be read' };
  }
}

/** Docker's layout, where there is no hosts.toml or a broken one: `*.crt` are CAs, `*.cert` with `*.key` the client's. */
async function certificatesIn(folder: string): Promise<HostSettings> {
  const names = (await readdir(folder, { withFileTypes: true }).catch(() => []))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
  const ca = names.filter((name) => name.endsWith('.crt')).map((name) => join(folder, name));
  const client = names
    .filter((name) => name.endsWith('.cert'))
    .map((name) => [name, name.replace(/\.cert$/, '.key')] as const)
    .map(([cert, key]) => [join(folder, cert), names.includes(key) ? join(folder, key) : ''] as const);
  return { ...(ca.length > 0 && { ca }), ...(client.length > 0 && { client }) };
}
