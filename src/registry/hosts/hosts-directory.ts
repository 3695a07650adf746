import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { HostSettings } from '../../engine/hosts/hosts-toml.ts';
import { registryHosts, type RegistryHost } from '../../engine/hosts/registry-hosts.ts';
import { absent, stampOf } from '../../lib/watched-file.ts';
import { certificateProblem, type FileProblem } from './certificate-files.ts';
import { parseHostsToml } from './parse-hosts-toml.ts';

/**
 * The hosts that have the images of a registry, in order. `problems` are the files that the container runtime ignores.
 * `unusable`: the container runtime cannot use the configuration (such as a CA that cannot be read), so every pull from
 * the registry fails.
 */
export type HostsAnswer =
  | { readonly kind: 'hosts'; readonly hosts: readonly RegistryHost[]; readonly problems: readonly FileProblem[] }
  | { readonly kind: 'unusable'; readonly problem: FileProblem };

/** The `certs.d` folder of a container runtime. */
export interface HostsDirectory {
  /** Returns the hosts of a registry: the same object until a file changes. Never throws. */
  hostsFor(registry: string): Promise<HostsAnswer>;
  /** Returns the registries that have a folder, so that all of them can be checked at the start. Never throws. */
  registries(): Promise<readonly string[]>;
}

/** How long a change of a file can go unnoticed, in ms. */
const recheckMs = 2_000;
const maxRegistries = 1_000;
const maxFileBytes = 1024 * 1024;

/** A result, the files that it depends on, and the stamp of those files. */
interface Reading {
  readonly answer: HostsAnswer;
  readonly files: readonly string[];
  readonly stamp: string;
  readonly checkedAt: number;
}

/**
 * Returns the `certs.d` folder at `root`. The files of a registry are read on the first request for it, and again when
 * they change. Mirrors HostDirFromRoot and loadHostDir of containerd v2.4.2 core/remotes/docker/config/hosts.go.
 */
export function hostsDirectory(root: string, now: () => number = Date.now): HostsDirectory {
  const readings = new LRUCache<string, Promise<Reading>>({ max: maxRegistries });
  async function refreshed(registry: string, before: Promise<Reading> | undefined): Promise<Reading> {
    const previous = await before;
    if (previous !== undefined && now() - previous.checkedAt < recheckMs) return previous;
    const checkedAt = now();
    if (previous !== undefined && (await stampOf(previous.files)) === previous.stamp) return { ...previous, checkedAt };
    // Read twice: the first time to learn which files to stamp, the second time after the stamp was taken.
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
  const folder = await firstExisting(folders);
  if (folder === undefined) {
    return { answer: { kind: 'hosts', hosts: registryHosts(registry), problems: [] }, files: folders };
  }
  const file = join(folder, 'hosts.toml');
  const text = await readText(file);
  if (typeof text === 'object') return { answer: { kind: 'unusable', problem: text }, files: [...folders, file] };
  const parsed = text === '' ? undefined : parseHostsToml(text, folder);
  const hosts = registryHosts(registry, parsed?.kind === 'hosts' ? parsed.hosts : [await certificatesIn(folder)]);
  const certificates = hosts.flatMap(({ ca, client }) => [...ca, ...client.flat()]).filter((path) => path !== '');
  const files = [...folders, file, ...certificates];
  const problem = await certificateProblem(hosts);
  if (problem !== undefined) return { answer: { kind: 'unusable', problem }, files };
  const problems = parsed?.kind === 'invalid' ? [{ file, reason: parsed.reason }] : [];
  return { answer: { kind: 'hosts', hosts, problems }, files };
}

/** Returns `host_5000_`, `host:5000` and `_default`, without names that would lead out of the root. */
function foldersFor(root: string, registry: string): readonly string[] {
  const names = new Set([registry.replace(/^(.+):([^:]*)$/, '$1_$2_'), registry, '_default']);
  return [...names].filter((name) => !/^\.{0,2}$|\//.test(name)).map((name) => join(root, name));
}

async function firstExisting(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) if (await exists(folder)) return folder;
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return (await stampOf([path])) !== absent;
}

/** Returns the text of a file; an empty string if it does not exist. */
async function readText(file: string): Promise<string | FileProblem> {
  try {
    const { size } = await stat(file);
    return size > maxFileBytes ? { file, reason: 'the file is larger than 1 MiB' } : await readFile(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing ? '' : { file, reason: 'the file cannot be read' };
  }
}

/**
 * Returns the certificates of a folder without a valid hosts.toml, in Docker's layout: `*.crt` are CAs, `*.cert` and
 * `*.key` are client certificates and their keys.
 */
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
