import type { Finding, Mitigation, UnusedSecret } from './finding.ts';
import type { ImageReference } from './image/image-reference.ts';
import { unusedFor, type PullSecrets } from './pull-secrets.ts';

/** An image that is pulled with the secrets, and why a failed pull may do no harm. */
export interface Pull {
  readonly reference: ImageReference;
  readonly mitigation: Mitigation | undefined;
}

/**
 * Returns what is wrong with the pull secrets themselves, once for each secret of the workload. `pulled` are the images
 * that are pulled, and `ofImages` their findings. A secret that a refusal in `ofImages` already names is left out.
 */
export function secretFindings(
  secrets: PullSecrets,
  pulled: readonly Pull[],
  ofImages: readonly Finding[],
): readonly Finding[] {
  const alreadyNamed = new Set(ofImages.flatMap(unusedIn).map(({ secret }) => secret));
  const useless = uselessSecrets(secrets, pulled).filter(({ secret }) => !alreadyNamed.has(secret));
  const common = pulled[0] && { reference: pulled[0].reference };
  return [
    ...malformedFindings(secrets, pulled),
    ...secrets.findings,
    ...useless.map((unused): Finding => {
      return { kind: unused.reason === 'missing' ? 'pull-secret-missing' : 'pull-secret-unusable', unused, ...common };
    }),
  ];
}

function unusedIn(finding: Finding): readonly UnusedSecret[] {
  return finding.kind === 'access-denied' || finding.kind === 'access-unknown' ? finding.unused : [];
}

/** One malformed secret makes every pull of the pod fail. That does no harm if each pull has a mitigation. */
function malformedFindings(secrets: PullSecrets, pulled: readonly Pull[]): readonly Finding[] {
  const [first] = pulled;
  if (first === undefined) return [];
  const shared = pulled.every(({ mitigation }) => mitigation !== undefined) ? first.mitigation : undefined;
  return secrets.keyring.malformed.map(({ secret, reason }) => ({
    kind: 'pull-secret-malformed' as const,
    secret,
    reason,
    reference: first.reference,
    ...(shared === undefined ? {} : { mitigation: shared }),
  }));
}

/**
 * Secrets without a usable credential for any image of the workload. A secret of the ServiceAccount is left out unless
 * it is missing: it is meant for all pods of the account, and the author of this pod did not choose it.
 */
function uselessSecrets(secrets: PullSecrets, pulled: readonly Pull[]): readonly UnusedSecret[] {
  const [first, ...rest] = pulled.map(({ reference }) => unusedFor(secrets, reference));
  const useless = (first ?? []).filter(({ secret }) =>
    rest.every((list) => list.some((other) => other.secret === secret)),
  );
  return useless.filter(({ reason, from }) => reason !== 'unreadable' && (reason === 'missing' || from === 'pod'));
}
