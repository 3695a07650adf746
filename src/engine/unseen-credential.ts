import type { Attempt } from './finding.ts';
import { repositoryName, type ImageReference } from './image/image-reference.ts';
import { matchesImage } from './keyring/match-images.ts';
import type { NodeKeyring } from './ports.ts';

/** Why a refusal is not certain: there may be a credential that Pullgate cannot see, or the nodes another address. */
export interface UnseenCredential {
  /**
   * `plugin`: a credential provider plugin of the node matches the image, but could not be asked here.
   * `secret-unreadable`: a pull secret could not be read.
   * `pattern`: the config says that nodes may have credentials for this image.
   * `address`: the registry refuses the IP address of Pullgate, and may allow that of the nodes.
   * `controller`: the controller of a custom kind may add pull secrets.
   * `incomplete`: the config does not list all images for which nodes may have credentials.
   */
  readonly because: 'plugin' | 'pattern' | 'incomplete' | 'secret-unreadable' | 'address' | 'controller';
  /** The name of that plugin. */
  readonly provider?: string;
}

/**
 * Returns the strongest reason why the node may have another credential for the image. Undefined if there can be none.
 * If a plugin returned a credential here, the patterns do not count: the node would get the same credential.
 */
export function unseenCredentialOf(
  reference: ImageReference,
  node: NodeKeyring,
  secrets: { readonly unreadable: boolean; readonly elsewhere: boolean },
  nodeCredentials: { readonly matchImages: readonly string[]; readonly complete: boolean },
): UnseenCredential | undefined {
  const [plugin] = node.undecided;
  if (plugin !== undefined) return { because: 'plugin', provider: plugin.provider };
  if (secrets.unreadable) return { because: 'secret-unreadable' };
  if (secrets.elsewhere) return { because: 'controller' };
  const answered = node.credentials.some((held) => held.kind === 'basic' && held.source.kind === 'provider');
  const name = repositoryName(reference);
  if (!answered && nodeCredentials.matchImages.some((pattern) => matchesImage(pattern, name)))
    return { because: 'pattern' };
  return nodeCredentials.complete ? undefined : { because: 'incomplete' };
}

/** Returns whether an attempt failed because of the IP address of Pullgate. Nodes may have another one. */
export function refusesAddress(attempts: readonly Attempt[]): boolean {
  return attempts.some(({ answer }) => answer.kind === 'refused' && answer.evidence.objection === 'address');
}
