import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { HostsDialect } from '../../engine/hosts/hosts-toml.ts';
import { registryHosts, type RegistryHost } from '../../engine/hosts/registry-hosts.ts';
import { absent, stampOf } from '../../lib/watched-file.ts';
import { type Reading, watchedReading } from '../../lib/watched-reading.ts';
import { certificateProblem, type FileProblem } from './certificate-files.ts';
import { certificatesIn } from './docker-certificates.ts';
import { parseHostsToml } from './parse-hosts-toml.ts';
import { readSmallFile } from './small-file.ts';
import { ruleProblems } from './rewrite.ts';

/**
 * The hosts that have the images of a registry, in order. `problems` are the files or parts that the container runtime
 * ignores. `unusable`: the container runtime cannot use the configuration (such as a CA that cannot be read), so every
 * pull from the registry fails. `unclear`: a file with hosts cannot be read here, so nobody can tell.
 */
export type HostsAnswer =
  | { readonly kind: 'hosts'; readonly hosts: readonly RegistryHost[]; readonly problems: readonly FileProblem[] }
  | { readonly kind: 'unusable'; readonly problem: FileProblem }
  | { readonly kind: 'unclear'; readonly problem: FileProblem };

/** The `certs.d` folder of a container runtime. */
export interface HostsDirectory {
  /** Returns the hosts of a registry: the same object until a file changes. Never throws. */
  hostsFor(registry: string): Promise<HostsAnswer>;
  /** Returns the registries that have a folder, so that all of them can be checked at the start. Never throws. */
  registries(): Promise<readonly string[]>;
}

/** Files hosts.toml that a program writes from another file, by the name of their folder. */
export interface GeneratedHosts {
  /** The file that they are made of. */
  readonly source: string;
  readonly texts: ReadonlyMap<string, string>;
}

export interface HostsDirectoryOptions {
  /** Default: containerd. */
  readonly dialect?: HostsDialect;
  /** Files that replace those of the folder, unless the same program wrote those too. */
  readonly generated?: GeneratedHosts;
  /** Milliseconds. */
  readonly now?: () => number;
}

const maxRegistries = 1_000;

/**
 * Returns the `certs.d` folders at `roots`: the first one that has a folder for a registry counts. The files of a registry
 * are read on the first request for it, and again when they change. Mirrors HostDirFromRoot and loadHostDir of containerd
 * v2.4.2 core/remotes/docker/config/hosts.go.
 */
export function hostsDirectory(roots: readonly string[], options: HostsDirectoryOptions = {}): HostsDirectory {
  const { now = Date.now, generated } = options;
  const readings = new LRUCache<string, () => Promise<HostsAnswer>>({ max: maxRegistries });
  return {
    hostsFor(registry) {
      const reading = readings.get(registry) ?? watchedReading(() => readHosts(roots, registry, options), now);
      readings.set(registry, reading);
      return reading();
    },
    async registries() {
      const folders = (await Promise.all(roots.map((root) => readdir(root).catch(() => [])))).flat();
      const names = new Set([...folders, ...(generated?.texts.keys() ?? [])]);
      return [...names].slice(0, maxRegistries).map((folder) => folder.replace(/^(.+)_(\d+)_$/, '$1:$2'));
    },
  };
}

async function readHosts(
  roots: readonly string[],
  registry: string,
  options: HostsDirectoryOptions,
): Promise<Reading<HostsAnswer>> {
  const names = folderNames(registry);
  const folders = roots.flatMap((root) => names.map((name) => join(root, name)));
  const files = [...folders, ...folders.map((folder) => join(folder, 'hosts.toml'))];
  const found = await firstFolder(roots, names, options.generated);
  if (found === undefined)
    return { value: { kind: 'hosts', hosts: registryHosts(registry), problems: [] }, files: folders };
  if (found.kind === 'unreadable') return { value: { kind: 'unusable', problem: found.problem }, files };
  const { folder, file, text } = found;
  const parsed = text === '' ? undefined : parseHostsToml(text, folder, options.dialect);
  const hosts = registryHosts(registry, parsed?.kind === 'hosts' ? parsed.hosts : [await certificatesIn(folder)]);
  const certificates = hosts.flatMap(({ ca, client }) => [...ca, ...client.flat()]).filter((path) => path !== '');
  const problem = await certificateProblem(hosts.filter(({ host }) => !embeddedRegistries.has(host)));
  if (problem !== undefined) return { value: { kind: 'unusable', problem }, files: [...files, ...certificates] };
  const problems =
    parsed?.kind === 'invalid'
      ? [
          {
            file,
            effect: 'ignored',
            reason: found.kind === 'generated' ? escapeHint(registry) : parsed.reason,
          } as const,
        ]
      : ruleProblems(hosts, file);
  return { value: { kind: 'hosts', hosts, problems }, files: [...files, ...certificates] };
}

/** The embedded registry of each K3s and RKE2 node. Its certificates are on the node only. */
const embeddedRegistries: ReadonlySet<string> = new Set(['127.0.0.1:6443', '127.0.0.1:9345']);

/** The only way in which a generated file can be invalid: its rules contain a backslash or a quote. */
function escapeHint(registry: string): string {
  return `the rewrite rules for ${registry} make an invalid hosts.toml: write each backslash twice, and no quote`;
}

/** Returns the folder of a registry, without the colon that a file system may not allow: `host_5000_` for `host:5000`. */
export function folderName(registry: string): string {
  return registry.replace(/^(.+):([^:]*)$/, '$1_$2_');
}

/** `host_5000_`, `host:5000` and `_default`, without names that would lead out of the root. */
function folderNames(registry: string): readonly string[] {
  const names = new Set([folderName(registry), registry, '_default']);
  return [...names].filter((name) => !/^\.{0,2}$|\//.test(name));
}

type FoundFolder =
  | { readonly kind: 'read' | 'generated'; readonly folder: string; readonly file: string; readonly text: string }
  | { readonly kind: 'unreadable'; readonly problem: FileProblem };

/** The first folder that exists, with the text of its hosts.toml: '' if it has none. */
async function firstFolder(
  roots: readonly string[],
  names: readonly string[],
  generated: GeneratedHosts | undefined,
): Promise<FoundFolder | undefined> {
  // Without a root, only generated files can be found.
  for (const root of roots.length === 0 ? [''] : roots) {
    for (const name of names) {
      const folder = join(root, name);
      const file = join(folder, 'hosts.toml');
      const written = generated?.texts.get(name);
      const exists = root !== '' && (await stampOf([folder])) !== absent;
      if (!exists && written === undefined) continue;
      const text = exists ? await readSmallFile(file) : '';
      if (typeof text === 'object') return { kind: 'unreadable', problem: text };
      if (generated !== undefined && written !== undefined && !isGenerated.test(text))
        return { kind: 'generated', folder, file: generated.source, text: written };
      return { kind: 'read', folder, file, text };
    }
  }
  return undefined;
}

/** The first line of a hosts.toml of K3s or RKE2. It is newer than what is made of registries.yaml here. */
const isGenerated = /^# File generated by \w+\. DO NOT EDIT\.$/m;
