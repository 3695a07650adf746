import type { Finding, Mitigation, UnusedSecret } from './finding.ts';
import type { ImageReference } from './image/image-reference.ts';
import type { Breathe } from './ports.ts';
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
export async function secretFindings(
  secrets: PullSecrets,
  pulled: readonly Pull[],
  ofImages: readonly Finding[],
  breathe: Breathe,
): Promise<readonly Finding[]> {
  const alreadyNamed = new Set(ofImages.flatMap(unusedIn).map(({ secret }) => secret));
  const useless = (await uselessSecrets(secrets, pulled, breathe)).filter(({ secret }) => !alreadyNamed.has(secret));
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
  const harmless = pulled.every(({ mitigation }) => mitigation !== undefined) ? first.mitigation : undefined;
  const shared = harmless ?? (secrets.elsewhere ? 'controller' : undefined);
  return secrets.keyring.malformed.map(({ secret, reason }) => ({
    kind: 'pull-secret-malformed' as const,
    secret,
    reason,
    reference: first.reference,
    ...(shared === undefined ? {} : { mitigation: shared }),
  }));
}

/** How many images are compared with the secrets in one step. */
const pullsPerStep = 100;

/**
 * Secrets without a usable credential for any image of the workload. A secret of the ServiceAccount is left out unless
 * it is missing: it is meant for all pods of the account, and the author of this pod did not choose it.
 */
async function uselessSecrets(
  secrets: PullSecrets,
  pulled: readonly Pull[],
  breathe: Breathe,
): Promise<readonly UnusedSecret[]> {
  const [first, ...rest] = pulled;
  let useless = first === undefined ? [] : unusedFor(secrets, first.reference).filter(isWorthSaying);
  for (const [at, { reference }] of rest.entries()) {
    if (useless.length === 0) return [];
    if (at % pullsPerStep === pullsPerStep - 1) await breathe();
    const unused = new Set(unusedFor(secrets, reference).map(({ secret }) => secret));
    useless = useless.filter(({ secret }) => unused.has(secret));
  }
  return useless;
}

function isWorthSaying({ reason, from }: UnusedSecret): boolean {
  return reason !== 'unreadable' && (reason === 'missing' || from === 'pod');
}
