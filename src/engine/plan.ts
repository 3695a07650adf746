import { changedUses } from './workload/changes.ts';
import type { ImageUse } from './workload/image-use.ts';
import { workloadKind } from './workload/workload-kind.ts';
import { isOutOfScope, readWorkloads, type Workload } from './workload/workload.ts';

/** What is to be checked: a workload, and which of its images. */
export interface Plan {
  readonly workload: Workload;
  readonly uses: readonly ImageUse[];
  /**
   * Whether the API server's ServiceAccount plugin has seen the object: it copies the ServiceAccount's pull secrets
   * onto a Pod that lists none, and never changes a template.
   */
  readonly serviceAccountApplied: boolean;
}

/** An object, and where it comes from. */
export interface PlannedObject {
  readonly group: string;
  readonly kind: string;
  readonly object: unknown;
  readonly namespace: string;
  /** The name in the request, for an object that does not hold its own. */
  readonly name?: string | undefined;
  /** The object as it was, if this is an update: only what changed is checked. */
  readonly before?: unknown;
  /** Whether it has passed through an API server. */
  readonly admitted: boolean;
}

/** What of an object is to be checked, a plan for each pod template; empty: nothing, as for a scale or a deletion. */
export function plansOf(planned: PlannedObject): readonly Plan[] {
  const { group, kind, object, namespace, name = '', before, admitted } = planned;
  const known = workloadKind(group, kind);
  if (known === undefined || isOutOfScope(object)) return [];
  const old = before === undefined ? [] : readWorkloads(known, before, namespace);
  return readWorkloads(known, object, namespace).flatMap((read, at) => {
    const workload = read.name === '' ? { ...read, name } : read;
    const earlier = old[at];
    const uses = earlier === undefined ? workload.uses : changedUses(earlier, workload);
    return uses.length === 0 ? [] : [{ workload, uses, serviceAccountApplied: admitted && !workload.template }];
  });
}
