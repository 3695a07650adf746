import type { Finding, Mitigation, UnusedSecret } from './finding.ts';
import type { ImageReference } from './image/image-reference.ts';
import { unusedFor, type PullSecrets } from './pull-secrets.ts';

/** An image that is pulled with the secrets, and why its failure would do no harm, if it would not. */
export interface Pull {
  readonly reference: ImageReference;
  readonly mitigation: Mitigation | undefined;
}

/**
 * What is wrong with the pull secrets themselves, each said once for the workload. A secret that a refusal names as its
 * cause is not said again.
 */
export function secretFindings(
  secrets: PullSecrets,
  pulled: readonly Pull[],
  ofImages: readonly Finding[],
): readonly Finding[] {
  const told = new Set(ofImages.flatMap(unusedIn).map(({ secret }) => secret));
  const idle = idleSecrets(secrets, pulled).filter(({ secret }) => !told.has(secret));
  const about = pulled[0] && { reference: pulled[0].reference };
  return [
    ...malformedFindings(secrets, pulled),
    ...secrets.findings,
    ...idle.map((unused): Finding => {
      return { kind: unused.reason === 'missing' ? 'pull-secret-missing' : 'pull-secret-unusable', unused, ...about };
    }),
  ];
}

function unusedIn(finding: Finding): readonly UnusedSecret[] {
  return finding.kind === 'access-denied' || finding.kind === 'access-unknown' ? finding.unused : [];
}

/** One malformed secret fails every pull of the pod; it does no harm where no pull is needed. */
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
 * Secrets that give nothing to any image of the workload. A secret of the ServiceAccount is reported only if it is
 * missing: it is there for all pods of the account, and the author of this one did not choose it.
 */
function idleSecrets(secrets: PullSecrets, pulled: readonly Pull[]): readonly UnusedSecret[] {
  const [first, ...rest] = pulled.map(({ reference }) => unusedFor(secrets, reference));
  const idle = (first ?? []).filter(({ secret }) =>
    rest.every((list) => list.some((other) => other.secret === secret)),
  );
  return idle.filter(({ reason, from }) => reason !== 'unreadable' && (reason === 'missing' || from === 'pod'));
}
