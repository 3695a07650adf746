import type { Descriptor } from '../../engine/answer.ts';
import type { Question } from '../../engine/ports.ts';
import { fingerprint } from '../login/fingerprint.ts';

// The fingerprint is last and contains no space, so that no text before it can make a key equal to that of another
// credential.

/** Equal for questions to one registry with one credential. */
export function credentialKey({ reference, credential }: Question): string {
  return `${reference.registry} ${fingerprint(credential)}`;
}

/** Equal for questions about one repository with one credential. */
export function repositoryKey({ reference, credential }: Question): string {
  return `${reference.registry} ${reference.repository} ${fingerprint(credential)}`;
}

/** Equal for questions of one runtime about one tag or digest with one credential. Like the kubelet, ignores the tag of a digest. */
export function imageKey(question: Question): string {
  const { digest, tag = '' } = question.reference;
  return keyOf(question, `${digest ?? tag} ${question.at ?? ''}`);
}

/**
 * Equal for questions of one runtime about one manifest or blob with one credential. Size and type are in the key, because two
 * manifests can give different ones for the same digest.
 */
export function contentKey(question: Question, descriptor: Descriptor, read = false): string {
  const { digest, size, mediaType, at = '' } = descriptor;
  return keyOf(question, `${digest} ${size ?? ''} ${mediaType} ${at}${read ? ' read' : ''}`);
}

function keyOf({ runtime, reference, credential }: Question, content: string): string {
  const written = reference.unqualified === true ? ' unqualified' : '';
  return `${runtime}${written} ${reference.registry} ${reference.repository} ${content} ${fingerprint(credential)}`;
}
