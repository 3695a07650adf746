import { inline } from './plain-text.ts';

/**
 * Why an object was not checked. `no-image`: it pulls no image. `off`: the profile of its namespace is `off`. Only in a
 * cluster: `owned`, the workload that controls it is checked; `old`, it keeps an earlier version and has no pods;
 * `finished`, it starts no pod any more.
 */
export type PassedOverReason = 'no-image' | 'off' | 'owned' | 'old' | 'finished';

/** Objects of one kind that were not checked for the same reason. */
export interface PassedOver {
  /** The kind as written in the objects, such as `ConfigMap`. */
  readonly kind: string;
  readonly reason: PassedOverReason;
  readonly count: number;
}

/** Counts objects that were not checked. The most frequent kind comes first; kinds with the same count are sorted. */
export function countPassedOver(objects: readonly Omit<PassedOver, 'count'>[]): readonly PassedOver[] {
  const counts = new Map<string, PassedOver>();
  for (const { kind, reason } of objects) {
    const key = `${reason} ${kind}`;
    counts.set(key, { kind, reason, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || compare(a.kind, b.kind));
}

/** Returns `3 ConfigMap, 1 Pod (profile off)`. Empty if nothing was passed over. */
export function passedOverWords(passedOver: readonly PassedOver[]): string {
  return passedOver.map(({ kind, reason, count }) => `${count} ${inline(kind, 63)}${because[reason]}`).join(', ');
}

const because = {
  'no-image': '',
  off: ' (profile off)',
  owned: ' (part of another workload)',
  old: ' (old version)',
  finished: ' (finished)',
} as const satisfies Record<PassedOverReason, string>;

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
