import type { Finding } from '../engine/finding.ts';
import type { Verdict } from '../engine/policy/verdict.ts';
import type { Subject } from '../words/by-kind.ts';
import type { Note } from './note.ts';
import type { PassedOver } from '../words/passed-over.ts';
import { placeOf, type Place, type Source } from './source.ts';

/** A workload, and what the webhook would decide about it. */
export interface CheckedObject {
  readonly source: Source;
  /** The `apiVersion` of the object, such as `apps/v1`. */
  readonly apiVersion: string;
  readonly subject: Subject;
  /** The images as written in the object, in each place that names one. May contain duplicates. */
  readonly images: readonly string[];
  readonly verdict: Verdict;
}

/** The result of `pullgate check` or `pullgate scan`. */
export interface CheckReport {
  /** In the order of the manifests, or of the cluster. */
  readonly objects: readonly CheckedObject[];
  /** The objects that were not checked, by kind. */
  readonly passedOver: readonly PassedOver[];
  /** What is not checked, and what the user must know besides the findings. In the order of the files. */
  readonly notes: readonly Note[];
  /** Why the report is not complete: a file that cannot be read, a cluster that went away. Empty if it is complete. */
  readonly problems: readonly Note[];
}

export interface Summary {
  readonly objects: number;
  /** Number of distinct images, as written in the objects. */
  readonly images: number;
  readonly denied: number;
  /** Number of objects with a warning that are not denied. */
  readonly warned: number;
}

/** What the webhook would do with an object. `warned`: it is admitted with a warning. */
export type ObjectOutcome = 'denied' | 'warned' | 'passed';

/** Returns what the webhook would do with an object. */
export function outcomeOf({ verdict }: CheckedObject): ObjectOutcome {
  if (!verdict.allowed) return 'denied';
  return verdict.warned.length > 0 ? 'warned' : 'passed';
}

/** Returns the counts of a report. */
export function summaryOf({ objects }: CheckReport): Summary {
  const withOutcome = (outcome: ObjectOutcome) => objects.filter((object) => outcomeOf(object) === outcome).length;
  return {
    objects: objects.length,
    images: new Set(objects.flatMap(({ images }) => images)).size,
    denied: withOutcome('denied'),
    warned: withOutcome('warned'),
  };
}

export interface FindingWithAction {
  readonly finding: Finding;
  readonly action: 'deny' | 'warn';
}

/** Returns the findings of an object with the action for each. Findings with `deny` come first. */
export function findingsWithAction({ verdict }: CheckedObject): readonly FindingWithAction[] {
  return [
    ...verdict.denied.map((finding) => ({ finding, action: 'deny' as const })),
    ...verdict.warned.map((finding) => ({ finding, action: 'warn' as const })),
  ];
}

/** Returns where the image that a finding concerns is written, or the object. Undefined for an object of a cluster. */
export function findingPlace({ source }: CheckedObject, { use }: Finding): Place | undefined {
  return placeOf(source, use?.path ?? '');
}

/** Returns kind, namespace and name: `Deployment shop/web`. */
export function titleOf({ subject: { kind, namespace, name } }: Pick<CheckedObject, 'subject'>): string {
  return `${kind} ${namespace}/${name}`;
}
