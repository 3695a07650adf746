import type { WorkloadKind } from '../engine/workload/kind-row.ts';
import { countPassedOver, type PassedOver } from '../words/passed-over.ts';
import type { Gap, GapReason } from './gap.ts';
import { ownersFirst, standingOf, type IsListed } from './standing.ts';

/** How the list of a kind ended. */
export type ListEnd =
  | { readonly kind: 'complete' | 'missing' | 'forbidden' | 'rejected' | 'expired' }
  | { readonly kind: 'unavailable'; readonly reason: Exclude<GapReason, 'forbidden' | 'expired' | 'not-tried'> };

/** What became of one object. `no-image`: it pulls no image. `off`: the profile of its namespace is `off`. */
export type Checked<R> =
  | { readonly kind: 'checked'; readonly result: R }
  | { readonly kind: 'passed-over'; readonly reason: 'no-image' | 'off' };

/** What a scan needs from outside. `R` is the result for one object. */
export interface ScanPorts<R> {
  /** The kinds that the cluster has. */
  readonly kinds: readonly WorkloadKind[];
  /** Calls `onPage` with the objects of a kind, page by page, and waits for it before the next page. */
  readonly list: (
    kind: WorkloadKind,
    onPage: (objects: readonly unknown[]) => Promise<void>,
    signal: AbortSignal,
  ) => Promise<ListEnd>;
  /** Checks one object. */
  readonly check: (kind: WorkloadKind, object: unknown, signal: AbortSignal) => Promise<Checked<R>>;
  /** Called after each object with the number of objects that were seen so far. */
  readonly onProgress?: (seen: number) => void;
}

/** The result of a scan. It is complete if there are no gaps. */
export interface ScanResult<R> {
  readonly results: readonly R[];
  readonly passedOver: readonly PassedOver[];
  readonly gaps: readonly Gap[];
}

/** The label selector of the user is not valid. */
export class SelectorError extends Error {}

/**
 * Lists each kind and checks its objects, owners before what they own. If the API server stops answering, returns what was
 * found, and names the kinds that are missing. Throws SelectorError, or what the ports throw.
 */
export async function scan<R>(ports: ScanPorts<R>, signal: AbortSignal): Promise<ScanResult<R>> {
  const results: R[] = [];
  const passedOver: Omit<PassedOver, 'count'>[] = [];
  const gaps: Gap[] = [];
  const unseen = new Set<string>();
  const known = new Set(ports.kinds.map(keyOf));
  const isListed: IsListed = (group, kind) => known.has(keyOf({ group, kind })) && !unseen.has(keyOf({ group, kind }));
  let seen = 0;
  let isGone = false;

  async function checkOne(kind: WorkloadKind, object: unknown): Promise<void> {
    const standing = standingOf(kind, object, isListed);
    if (standing === 'root') {
      const checked = await ports.check(kind, object, signal);
      if (checked.kind === 'checked') results.push(checked.result);
      else passedOver.push({ kind: kind.kind, reason: checked.reason });
    } else passedOver.push({ kind: kind.kind, reason: standing });
    seen += 1;
    ports.onProgress?.(seen);
  }

  for (const kind of ownersFirst(ports.kinds)) {
    if (isGone) {
      gaps.push({ kind, reason: 'not-tried' });
      continue;
    }
    const onPage = async (objects: readonly unknown[]): Promise<void> =>
      void (await Promise.all(objects.map((object) => checkOne(kind, object))));
    const end = await ports.list(kind, onPage, signal);
    if (end.kind === 'rejected') throw new SelectorError('the label selector is not valid');
    if (end.kind !== 'complete') unseen.add(keyOf(kind));
    if (end.kind !== 'complete' && end.kind !== 'missing')
      gaps.push({ kind, reason: end.kind === 'unavailable' ? end.reason : end.kind });
    isGone = end.kind === 'unavailable';
  }
  return { results, passedOver: countPassedOver(passedOver), gaps };
}

function keyOf({ group, kind }: Pick<WorkloadKind, 'group' | 'kind'>): string {
  return `${group}/${kind}`;
}
