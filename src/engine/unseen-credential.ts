import { repositoryName, type ImageReference } from './image/image-reference.ts';
import { matchesImage } from './keyring/match-images.ts';
import type { NodeKeyring } from './ports.ts';

/** Why a refusal is not certain: somebody may hold a credential that Pullgate cannot see. */
export interface UnseenCredential {
  readonly because: 'plugin' | 'pattern' | 'incomplete' | 'secret-unreadable';
  /** The plugin that covers the image and could not be asked here. */
  readonly provider?: string;
}

/**
 * What speaks against calling a refusal certain, the most telling first; undefined: no other credential can exist.
 * A plugin that answered for the image settles the patterns: the node would get the same from it.
 */
export function unseenCredentialOf(
  reference: ImageReference,
  node: NodeKeyring,
  secretsUnreadable: boolean,
  nodeCredentials: { readonly matchImages: readonly string[]; readonly complete: boolean },
): UnseenCredential | undefined {
  const [plugin] = node.undecided;
  if (plugin !== undefined) return { because: 'plugin', provider: plugin.provider };
  if (secretsUnreadable) return { because: 'secret-unreadable' };
  const answered = node.credentials.some((held) => held.kind === 'basic' && held.source.kind === 'provider');
  const name = repositoryName(reference);
  if (!answered && nodeCredentials.matchImages.some((pattern) => matchesImage(pattern, name)))
    return { because: 'pattern' };
  return nodeCredentials.complete ? undefined : { because: 'incomplete' };
}
