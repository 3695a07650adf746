import type { Finding } from '../engine/finding.ts';
import type { Verdict } from '../engine/policy/verdict.ts';
import type { Subject } from '../words/by-kind.ts';
import type { Manifest } from './manifest.ts';
import type { Note } from './note.ts';

/** A workload, and what the webhook would decide about it. */
export interface CheckedObject {
  readonly manifest: Manifest;
  readonly subject: Subject;
  /** The images as written in the manifest, in each place that names one. May contain duplicates. */
  readonly images: readonly string[];
  readonly verdict: Verdict;
}

/** The result of `pullgate check`. */
export interface CheckReport {
  /** In the order of the manifests. */
  readonly objects: readonly CheckedObject[];
  /** What is not checked, and what the user must know besides the findings. In the order of the files. */
  readonly notes: readonly Note[];
}

export interface Summary {
  readonly objects: number;
  /** Number of distinct images, as written in the manifests. */
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

/** Returns the findings of an object with the action for each. Findings with `deny` come first. */
export function findingsWithAction({ verdict }: CheckedObject): readonly {
  readonly finding: Finding;
  readonly action: 'deny' | 'warn';
}[] {
  return [
    ...verdict.denied.map((finding) => ({ finding, action: 'deny' as const })),
    ...verdict.warned.map((finding) => ({ finding, action: 'warn' as const })),
  ];
}

/** Returns the line of the image that a finding concerns, or the line of the object. Starts at 1. */
export function findingLine({ manifest }: CheckedObject, { use }: Finding): number {
  return manifest.lineOf(use?.path ?? '');
}

/** Returns kind, namespace and name: `Deployment shop/web`. */
export function titleOf({ subject: { kind, namespace, name } }: CheckedObject): string {
  return `${kind} ${namespace}/${name}`;
}
