import type { Config } from '../config/config.ts';
import type { WatchedFile } from '../lib/watched-file.ts';
import { withClusterPullSecret } from '../credentials/cluster-pull-secret.ts';
import { nodeDockerConfig, type NodeDockerConfig } from '../credentials/node-docker-config.ts';
import { nodeKeyring } from '../credentials/node-keyring.ts';
import { readProviderConfig } from '../credentials/provider-config.ts';
import { providerPlugin, type ProviderPlugin } from '../credentials/provider-plugin.ts';
import type { NodeCredentials } from '../engine/ports.ts';
import type { ClusterPorts } from './cluster-ports.ts';
import { lookUpMs } from './look-up-time.ts';
import { globalPullSecret, pullSecretName } from './openshift.ts';

/** The nodes' own credentials, as far as they are mounted. */
export interface MountedCredentials {
  readonly nodeCredentials: NodeCredentials;
  /** Why the docker config file could not be used when it was last read. */
  readonly problems: () => readonly string[];
}

/**
 * Opens the nodes' docker config and credential providers. Throws an Error with file and line if a provider config is
 * invalid.
 */
export async function composeNodeCredentials(
  config: Config,
  clusterPorts: Pick<ClusterPorts, 'cluster' | 'tokens' | 'openShift'>,
): Promise<MountedCredentials> {
  const plugins = await composePlugins(config, clusterPorts);
  const { dockerConfig } = config.nodeCredentials;
  if (dockerConfig === undefined) {
    const own = nodeKeyring(undefined, plugins);
    const { openShift } = clusterPorts;
    const nodeCredentials =
      openShift === undefined ? own : withClusterPullSecret(own, pullSecretName, globalPullSecret(openShift));
    return { nodeCredentials, problems: () => [] };
  }
  const { file, problems } = withProblems(dockerConfig, nodeDockerConfig(dockerConfig, Date.now));
  // Read now, so that a problem is logged before it causes a denial.
  await file.current();
  return { nodeCredentials: nodeKeyring(file, plugins), problems };
}

/** `file`, and its problem when it was last read. The kubelet ignores such a file, but the operator should know. */
function withProblems(
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
  const accounts = { tokens, cluster: cluster.fresh };
  const options = { binDir: providers.binDir, env: process.env, timeoutMs: lookUpMs(config), accounts };
  return read.providers.map((provider) => providerPlugin(provider, options));
}
