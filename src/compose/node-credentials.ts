import type { Config } from '../config/config.ts';
import type { WatchedFile } from '../lib/watched-file.ts';
import { nodeDockerConfig, type NodeDockerConfig } from '../credentials/node-docker-config.ts';
import { nodeKeyring } from '../credentials/node-keyring.ts';
import { readProviderConfig } from '../credentials/provider-config.ts';
import { providerPlugin, type ProviderPlugin } from '../credentials/provider-plugin.ts';
import type { NodeCredentials } from '../engine/ports.ts';
import type { ClusterPorts } from './cluster-ports.ts';

/** What is mounted of the nodes' own credentials. */
export interface MountedCredentials {
  readonly nodeCredentials: NodeCredentials;
  /** Why the docker config file gives nothing, as it was read last. */
  readonly problems: () => readonly string[];
}

/** Throws with file and line where a provider config is broken. */
export async function composeNodeCredentials(
  config: Config,
  world: Pick<ClusterPorts, 'cluster' | 'tokens'>,
): Promise<MountedCredentials> {
  const plugins = await composePlugins(config, world);
  const { dockerConfig } = config.nodeCredentials;
  if (dockerConfig === undefined) return { nodeCredentials: nodeKeyring(undefined, plugins), problems: () => [] };
  const { file, problems } = noted(dockerConfig, nodeDockerConfig(dockerConfig, Date.now));
  // Read at once, so that a problem is known before anybody is refused for it.
  await file.current();
  return { nodeCredentials: nodeKeyring(file, plugins), problems };
}

/** `file`, and what was wrong with it when it was asked last: a node goes on without it, an operator wants to know. */
function noted(
  path: string,
  file: WatchedFile<NodeDockerConfig>,
): { readonly file: WatchedFile<NodeDockerConfig>; readonly problems: () => readonly string[] } {
  let problem: string | undefined;
  return {
    file: {
      async current() {
        const read = await file.current();
        ({ problem } = read);
        return read;
      },
    },
    problems: () => (problem === undefined ? [] : [`${path}: ${problem}`]),
  };
}

async function composePlugins(
  config: Config,
  { cluster, tokens }: Pick<ClusterPorts, 'cluster' | 'tokens'>,
): Promise<readonly ProviderPlugin[]> {
  const { providers } = config.nodeCredentials;
  if (providers === undefined) return [];
  const read = await readProviderConfig(providers.config);
  if (read.kind === 'invalid') {
    throw new Error(`${read.file}:${read.line === undefined ? '' : `${read.line}:`} ${read.reason}`);
  }
  // Half of the deadline is left for the registry that the plugin's answer is for.
  const timeoutMs = config.deadline / 2;
  const accounts = { tokens, cluster: cluster.fresh };
  const options = { binDir: providers.binDir, env: process.env, timeoutMs, accounts };
  return read.providers.map((provider) => providerPlugin(provider, options));
}
