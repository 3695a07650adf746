import { type Failure, isInconclusive } from '../engine/answer.ts';

/**
 * Which of several hosts' failures is shown: the one that got furthest, and of equals the first. A request that came
 * to no verdict of the host's (no connection, no token, nothing to answer a challenge with) counts least, then a 404,
 * then any other status. Mirrors firstErrPriority of containerd core/remotes/docker/resolver.go.
 */
function reach(failure: Failure): number {
  if (!('evidence' in failure) || failure.evidence.asked === 'token') return 1;
  if (failure.kind === 'unsupported') return 4;
  if (failure.kind === 'not-found') return 2;
  if (failure.kind === 'refused' && failure.evidence.status === 401) return isVerdict(failure.reason) ? 3 : 1;
  return failure.evidence.status === undefined ? 1 : 3;
}

/** A 401 that stands as it is; after any other containerd has an error of its own. */
function isVerdict(reason: (Failure & { kind: 'refused' })['reason']): boolean {
  return reason === 'rejected' || reason === 'challenge';
}

/**
 * What several hosts' failures come to. One host in doubt leaves the whole in doubt: it may have the image for the
 * node. Undefined: nobody was asked.
 */
export function worstOfHosts(failures: readonly Failure[]): Failure | undefined {
  const [shown] = failures.toSorted((a, b) => reach(b) - reach(a));
  if (shown === undefined || isInconclusive(shown)) return shown;
  const otherHost = failures.find(isInconclusive);
  return otherHost === undefined ? shown : { ...shown, otherHost };
}
