/**
 * This room holds what a node adds to the secrets of a pod: its own docker config file and its credential-provider
 * plugins, as far as the operator mounts them for Pullgate.
 */
import { matchesAmong } from '../engine/keyring/credential-index.ts';
import { repositoryName } from '../engine/image/image-reference.ts';
import { toCredentials } from '../engine/keyring/keyring.ts';
import type { NodeCredentials, NodeKeyring } from '../engine/ports.ts';
import type { WatchedFile } from '../lib/watched-file.ts';
import type { NodeDockerConfig } from './node-docker-config.ts';
import type { ProviderPlugin } from './provider-plugin.ts';

const nothing: NodeKeyring = { credentials: [], undecided: [] };

/**
 * What the kubelet would try after the pod's secrets: first the docker config file, then the plugins that cover the image,
 * their entries in one order. A plugin that fails gives nothing, and is named as undecided: on the node it may work.
 */
export function nodeKeyring(
  dockerConfig: WatchedFile<NodeDockerConfig> | undefined,
  plugins: readonly ProviderPlugin[],
): NodeCredentials {
  if (dockerConfig === undefined && plugins.length === 0) return { lookup: () => Promise.resolve(nothing) };
  return {
    async lookup(reference, pod, signal) {
      const image = repositoryName(reference);
      const asked = plugins.filter((plugin) => plugin.covers(image));
      const answers = asked.map(async (plugin) => ({
        holder: plugin.name,
        provided: await plugin.provide(image, pod, signal),
      }));
      const [config, answered] = await Promise.all([dockerConfig?.current(), Promise.all(answers)]);
      const inFile = config === undefined ? [] : matchesAmong([{ holder: undefined, index: config.index }], image);
      const held = answered.flatMap(({ holder, provided }) =>
        provided.kind === 'provided' ? [{ holder, index: provided.index }] : [],
      );
      const undecided = answered.flatMap(({ holder, provided }) =>
        provided.kind === 'failed' ? [{ provider: holder, reason: provided.reason }] : [],
      );
      return {
        credentials: [
          ...toCredentials(inFile, ({ entry }) => ({ kind: 'node-config', entry: entry.key })),
          ...toCredentials(matchesAmong(held, image), ({ holder, entry }) => ({
            kind: 'provider',
            provider: holder,
            entry: entry.key,
          })),
        ],
        undecided,
      };
    },
  };
}
