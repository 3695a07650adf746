import { type Failure, isInconclusive } from '../engine/answer.ts';

/**
 * Returns the priority of a failure: of several, the highest is shown. The lowest is that of a request without a
 * verdict of the host (no connection, no token, or no credential for the challenge). Then come a 404, any other status,
 * and an unsupported manifest. Mirrors firstErrPriority of containerd v2.4.2 core/remotes/docker/resolver.go.
 */
function priority(failure: Failure): number {
  if (!('evidence' in failure) || failure.evidence.asked === 'token') return 1;
  if (failure.kind === 'unsupported') return 4;
  if (failure.kind === 'not-found') return 2;
  if (failure.kind === 'refused' && failure.evidence.status === 401) return isVerdict(failure.reason) ? 3 : 1;
  return failure.evidence.status === undefined ? 1 : 3;
}

/**
 * Whether a 401 with this reason is a verdict of the host. For any other 401, containerd reports an error of its own.
 */
function isVerdict(reason: (Failure & { kind: 'refused' })['reason']): boolean {
  return reason === 'rejected' || reason === 'challenge';
}

/**
 * Combines the failures of several hosts into one: the one with the highest priority, and of equals the first. If any
 * is inconclusive, so is the result, because that host may have the image for the node. Undefined if `failures` is
 * empty.
 */
export function worstOfHosts(failures: readonly Failure[]): Failure | undefined {
  const [shown] = failures.toSorted((a, b) => priority(b) - priority(a));
  if (shown === undefined || isInconclusive(shown) || shown.kind === 'forbidden') return shown;
  const otherHost = failures.find(isInconclusive);
  return otherHost === undefined ? shown : { ...shown, otherHost };
}
