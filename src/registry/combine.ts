import type { Failure } from '../engine/answer.ts';

/**
 * Which of several hosts' failures is shown: containerd's own order, where the one that got furthest wins, and of
 * equals the first. Mirrors firstErrPriority of containerd core/remotes/docker/resolver.go.
 */
const reach = {
  'not-asked': 0,
  unreachable: 1,
  refused: 1,
  'not-found': 2,
  throttled: 3,
  incomplete: 3,
  unsupported: 4,
} as const satisfies Record<Failure['kind'], number>;

const certain: ReadonlySet<Failure['kind']> = new Set(['not-found', 'refused', 'incomplete', 'unsupported']);

/**
 * What several hosts' failures come to. One host in doubt leaves the whole in doubt: it may have the image for the
 * node. Undefined: nobody was asked.
 */
export function combined(failures: readonly Failure[]): Failure | undefined {
  const doubtful = failures.filter((failure) => !certain.has(failure.kind));
  return (doubtful.length > 0 ? doubtful : failures).toSorted((a, b) => reach[b.kind] - reach[a.kind])[0];
}
