import { indexEntries, type CredentialIndex } from '../engine/keyring/credential-index.ts';
import { matchesAmong } from '../engine/keyring/credential-matcher.ts';
import { readPullSecret, type PullSecret } from '../engine/keyring/docker-config.ts';
import { toCredentials } from '../engine/keyring/keyring.ts';
import { repositoryName } from '../engine/image/image-reference.ts';
import type { NodeCredentials } from '../engine/ports.ts';

/** A Secret of the cluster that is the docker config of every node. */
export interface ClusterPullSecret {
  /** Undefined if it could not be read. */
  readonly secret: PullSecret | undefined;
  /** Hosts for which the nodes have credentials that are in no Secret. */
  readonly unseenHosts: readonly string[];
}

/**
 * Returns `inner` with the credentials of a Secret before its own, as the kubelet tries its docker config first. While the
 * Secret is not known, and for hosts with unseen credentials, the Secret counts as a provider that could not be asked, so
 * that no pull is certain to be refused. `read` throws only if its signal aborts; undefined if nothing is known.
 */
export function withClusterPullSecret(
  inner: NodeCredentials,
  name: string,
  read: (signal: AbortSignal) => Promise<ClusterPullSecret | undefined>,
): NodeCredentials {
  let last: { readonly secret: PullSecret; readonly index: CredentialIndex | undefined } | undefined;

  /** The index of a Secret; undefined if it has no docker config that can be read. */
  function indexOf(secret: PullSecret): CredentialIndex | undefined {
    if (last?.secret === secret) return last.index;
    const config = readPullSecret(secret);
    last = { secret, index: config.kind === 'entries' ? indexEntries(config.entries) : undefined };
    return last.index;
  }

  return {
    async lookup(reference, pod, signal) {
      const [keyring, held] = await Promise.all([inner.lookup(reference, pod, signal), read(signal)]);
      const index = held?.secret === undefined ? undefined : indexOf(held.secret);
      const matched =
        index === undefined ? [] : matchesAmong([{ holder: undefined, index }], repositoryName(reference));
      const isSeen = index !== undefined && held?.unseenHosts.includes(reference.registry) !== true;
      return {
        credentials: [
          ...toCredentials(matched, ({ entry }) => ({ kind: 'node-config', entry: entry.key })),
          ...keyring.credentials,
        ],
        undecided: isSeen ? keyring.undecided : [{ provider: name, reason: 'bad-answer' }, ...keyring.undecided],
      };
    },
  };
}
