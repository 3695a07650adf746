import type { Config } from '../config/config.ts';
import { nodeDockerConfig } from '../credentials/node-docker-config.ts';
import { nodeKeyring } from '../credentials/node-keyring.ts';
import { readProviderConfig } from '../credentials/provider-config.ts';
import { providerPlugin, type ProviderPlugin } from '../credentials/provider-plugin.ts';
import type { NodeCredentials, ServiceAccountTokens } from '../engine/ports.ts';

/** What is mounted of the nodes' own credentials. Throws with file and line where a provider config is broken. */
export async function composeNodeCredentials(config: Config, tokens: ServiceAccountTokens): Promise<NodeCredentials> {
  const { dockerConfig } = config.nodeCredentials;
  const file = dockerConfig === undefined ? undefined : nodeDockerConfig(dockerConfig, Date.now);
  return nodeKeyring(file, await composePlugins(config, tokens));
}

async function composePlugins(config: Config, tokens: ServiceAccountTokens): Promise<readonly ProviderPlugin[]> {
  const { providers } = config.nodeCredentials;
  if (providers === undefined) return [];
  const read = await readProviderConfig(providers.config);
  if (read.kind === 'invalid') {
    throw new Error(`${read.file}:${read.line === undefined ? '' : `${read.line}:`} ${read.reason}`);
  }
  // Half of the deadline is left for the registry that the plugin's answer is for.
  const options = { binDir: providers.binDir, env: process.env, timeoutMs: config.deadline / 2, tokens };
  return read.providers.map((provider) => providerPlugin(provider, options));
}
