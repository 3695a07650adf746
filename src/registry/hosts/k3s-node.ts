import { k3sHostsFiles } from '../../engine/hosts/k3s-hosts.ts';
import type { K3sFlags } from '../../engine/hosts/k3s-registries.ts';
import { folderName, hostsDirectory } from './hosts-directory.ts';
import { fileHosts, type NodeHosts } from './node-hosts.ts';
import { parseRegistriesYaml } from './parse-registries-yaml.ts';

export interface K3sNodeOptions {
  /** The registries.yaml. */
  readonly file: string;
  readonly flags: K3sFlags;
  /** The folder `certs.d` of the nodes, with the files that K3s wrote or others. */
  readonly roots: readonly string[];
  /** Milliseconds. */
  readonly now?: () => number;
}

/**
 * Returns the hosts of K3s and RKE2 nodes with a registries.yaml: the hosts.toml files that the agent makes of it, and the
 * credentials that it writes into containerd's config.toml.
 */
export function k3sNode({ file, flags, roots, now }: K3sNodeOptions): NodeHosts {
  return fileHosts({
    file,
    dialect: 'k3s',
    ...(now && { now }),
    read(text) {
      const parsed = parseRegistriesYaml(text);
      if (parsed.kind === 'invalid') return { ...parsed, file, effect: 'does not start' };
      const { registries } = parsed;
      const files = [...k3sHostsFiles(registries, flags)].map(([host, hosts]) => [folderName(host), hosts] as const);
      const generated = { source: file, texts: new Map(files) };
      return {
        hosts: hostsDirectory(roots, { dialect: 'k3s', generated, ...(now && { now }) }),
        configs: registries.configs,
        problems: [],
      };
    },
  });
}
