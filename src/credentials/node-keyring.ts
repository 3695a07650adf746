import { credentialMatcher, matchesAmong, type CredentialMatcher } from '../engine/keyring/credential-matcher.ts';
import type { CredentialIndex } from '../engine/keyring/credential-index.ts';
import { repositoryName } from '../engine/image/image-reference.ts';
import { toCredentials } from '../engine/keyring/keyring.ts';
import type { NodeCredentials, NodeKeyring } from '../engine/ports.ts';
import type { WatchedFile } from '../lib/watched-file.ts';
import type { NodeDockerConfig } from './node-docker-config.ts';
import type { ProviderPlugin } from './provider-plugin.ts';

const emptyKeyring: NodeKeyring = { credentials: [], undecided: [] };

/**
 * The credentials that the kubelet tries after the pull secrets: first the docker config file, then the plugins that
 * cover the image, with the entries of all plugins sorted together. A plugin that fails gives no credentials and is
 * listed as undecided, because it may work on the node. `lookup` throws only if its signal aborts, or for a bug.
 */
export function nodeKeyring(
  dockerConfig: WatchedFile<NodeDockerConfig> | undefined,
  plugins: readonly ProviderPlugin[],
): NodeCredentials {
  if (dockerConfig === undefined && plugins.length === 0) return { lookup: () => Promise.resolve(emptyKeyring) };
  let file: { readonly index: CredentialIndex; readonly matches: CredentialMatcher<undefined> } | undefined;

  /** The index changes only with the file, so its matcher is kept. */
  function matchesInFile(index: CredentialIndex, image: string) {
    if (file?.index !== index) file = { index, matches: credentialMatcher([{ holder: undefined, index }]) };
    return file.matches(image);
  }

  return {
    async lookup(reference, pod, signal) {
      const image = repositoryName(reference);
      const covering = plugins.filter((plugin) => plugin.covers(image));
      const running = covering.map(async (plugin) => ({
        holder: plugin.name,
        provided: await plugin.provide(image, pod, signal),
      }));
      const [config, answers] = await Promise.all([dockerConfig?.current(), Promise.all(running)]);
      const inFile = config === undefined ? [] : matchesInFile(config.index, image);
      const fromPlugins = answers.flatMap(({ holder, provided }) =>
        provided.kind === 'provided' ? [{ holder, index: provided.index }] : [],
      );
      const undecided = answers.flatMap(({ holder, provided }) =>
        provided.kind === 'failed' ? [{ provider: holder, reason: provided.reason }] : [],
      );
      return {
        credentials: [
          ...toCredentials(inFile, ({ entry }) => ({ kind: 'node-config', entry: entry.key })),
          ...toCredentials(matchesAmong(fromPlugins, image), ({ holder, entry }) => ({
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
