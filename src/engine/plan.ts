import { changedUses } from './workload/changes.ts';
import type { ImageUse } from './workload/image-use.ts';
import { workloadKind, type KindOf } from './workload/workload-kind.ts';
import { isOutOfScope, readWorkloads, type Workload } from './workload/workload.ts';

/** A workload, and the images in it that must be checked. */
export interface Plan {
  readonly workload: Workload;
  readonly uses: readonly ImageUse[];
  /**
   * Whether the ServiceAccount admission plugin of the API server has processed the object. The plugin copies the pull
   * secrets of the ServiceAccount to a Pod that lists none. It never changes a template.
   */
  readonly serviceAccountApplied: boolean;
}

/** An object to check, and where it comes from. */
export interface PlannedObject {
  readonly group: string;
  readonly kind: string;
  readonly object: unknown;
  readonly namespace: string;
  /** The name in the request. Used if the object itself has no name. */
  readonly name?: string | undefined;
  /** The object before an update. If it is set, only changed images are checked. */
  readonly before?: unknown;
  /** Whether the object has passed through an API server. */
  readonly admitted: boolean;
}

/**
 * Returns one plan for each workload of an object. Empty if there is nothing to check: the kind is unknown, no image has
 * changed (for example, after a scale), or the object is being deleted. `kindOf` finds the kinds that are known. Never
 * throws.
 */
export function plansOf(planned: PlannedObject, kindOf: KindOf = workloadKind): readonly Plan[] {
  const { group, kind, object, namespace, name = '', before, admitted } = planned;
  const known = kindOf(group, kind);
  if (known === undefined || isOutOfScope(known, object)) return [];
  const oldWorkloads = before === undefined ? undefined : readWorkloads(known, before, namespace);
  return readWorkloads(known, object, namespace).flatMap((read) => {
    const workload = read.name === '' ? { ...read, name } : read;
    const uses = oldWorkloads === undefined ? workload.uses : changedUses(oldWorkloads, workload);
    return uses.length === 0 && workload.beyond.length === 0
      ? []
      : [{ workload, uses, serviceAccountApplied: admitted && !workload.template }];
  });
}
