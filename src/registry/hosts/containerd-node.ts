import { legacyHosts, type LegacyMirrors } from '../../engine/hosts/legacy-mirrors.ts';
import type { FileProblem } from './certificate-files.ts';
import type { RegistryConfig } from '../../engine/hosts/registry-config.ts';
import { certificateProblem } from './certificate-files.ts';
import { hostsDirectory, type HostsDirectory } from './hosts-directory.ts';
import { fileHosts, type NodeHosts } from './node-hosts.ts';
import { parseContainerdConfig } from './parse-containerd-config.ts';

export interface ContainerdNodeOptions {
  /** The config.toml. */
  readonly file: string;
  /** The folder that stands for those in `config_path`. Empty: they have the same paths here. */
  readonly roots: readonly string[];
  readonly kind: 'containerd' | 'containerd-1' | 'k3s';
  /** Milliseconds. */
  readonly now?: () => number;
}

/** Returns the hosts of nodes with a config.toml of containerd: from its `config_path`, or from its old tables. */
export function containerdNode({ file, roots, kind, now }: ContainerdNodeOptions): NodeHosts {
  const dialect = kind === 'k3s' ? 'k3s' : 'containerd';
  return fileHosts({
    file,
    dialect,
    ...(now && { now }),
    read(text) {
      const parsed = parseContainerdConfig(text);
      if (parsed.kind === 'invalid') return { ...parsed, file, effect: 'does not start' };
      if (parsed.kind === 'unclear') return otherSection(file, parsed.plugin);
      const { config } = parsed;
      const folders = roots.length > 0 ? roots : config.configPath;
      return {
        hosts:
          config.mirrors.size > 0
            ? legacyDirectory(file, kind === 'containerd-1' ? config : withoutTls(config))
            : hostsDirectory(folders, { dialect, ...(now && { now }) }),
        configs: config.configs,
        problems: kind === 'containerd' ? severalFolders(file, config.configPath, config.configs) : [],
      };
    },
  });
}

/** A section for another version of the file. containerd 2.4 moves it to its place, and containerd 2.1 ignores it. */
function otherSection(file: string, plugin: string): FileProblem {
  return { file, reason: `plugins."${plugin}".registry is for another version of the file: some nodes ignore it` };
}

/** Without passwords or mirrors in the file, containerd 2.1 and later take config_path for one folder, which is not there. */
function severalFolders(
  file: string,
  configPath: readonly string[],
  configs: ReadonlyMap<string, RegistryConfig>,
): readonly FileProblem[] {
  if (configPath.length < 2 || configs.size > 0) return [];
  return [{ file, reason: 'containerd 2.1 and later read no hosts.toml if config_path has several folders' }];
}

/** containerd 2 does not know `configs.HOST.tls`. */
function withoutTls({ mirrors, configs }: LegacyMirrors): LegacyMirrors {
  const kept = [...configs].map(([host, { auth }]) => [host, auth === undefined ? {} : { auth }] as const);
  return { mirrors, configs: new Map(kept) };
}

function legacyDirectory(file: string, config: LegacyMirrors): HostsDirectory {
  return {
    async hostsFor(registry) {
      const hosts = legacyHosts(registry, config);
      if (hosts === undefined)
        return { kind: 'unusable', problem: { file, reason: `an endpoint for ${registry} is not a URL` } };
      const problem = await certificateProblem(hosts);
      return problem === undefined ? { kind: 'hosts', hosts, problems: [] } : { kind: 'unusable', problem };
    },
    registries: async () => [...config.mirrors.keys()].filter((name) => name !== '*'),
  };
}
