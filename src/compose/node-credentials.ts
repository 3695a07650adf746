import type { Config } from '../config/config.ts';
import { nodeDockerConfig } from '../credentials/node-docker-config.ts';
import { nodeKeyring } from '../credentials/node-keyring.ts';
import { readProviderConfig } from '../credentials/provider-config.ts';
import { providerPlugin, type ProviderPlugin } from '../credentials/provider-plugin.ts';
import type { NodeCredentials } from '../engine/ports.ts';
import type { World } from './world.ts';

/** What is mounted of the nodes' own credentials. Throws with file and line where a provider config is broken. */
export async function composeNodeCredentials(
  config: Config,
  world: Pick<World, 'cluster' | 'tokens'>,
): Promise<NodeCredentials> {
  const { dockerConfig } = config.nodeCredentials;
  const file = dockerConfig === undefined ? undefined : nodeDockerConfig(dockerConfig, Date.now);
  return nodeKeyring(file, await composePlugins(config, world));
}

async function composePlugins(
  config: Config,
  { cluster, tokens }: Pick<World, 'cluster' | 'tokens'>,
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
