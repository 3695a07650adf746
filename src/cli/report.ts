import type { Finding } from '../engine/finding.ts';
import type { Verdict } from '../engine/policy/verdict.ts';
import type { Subject } from '../words/by-kind.ts';
import type { Manifest } from './manifest.ts';

/** One workload, and what the webhook would say of it. */
export interface CheckedObject {
  readonly manifest: Manifest;
  readonly subject: Subject;
  /** Images as they are written, one for each place that names one. */
  readonly images: readonly string[];
  readonly verdict: Verdict;
}

/** What a check came to, in the order of the manifests. */
export interface CheckReport {
  readonly objects: readonly CheckedObject[];
}

export interface Summary {
  readonly objects: number;
  /** Distinct images, as they are written. */
  readonly images: number;
  readonly denied: number;
  /** Objects that are warned of and not denied. */
  readonly warned: number;
}

/** What becomes of an object: `warned` is let through, with words. */
export type ObjectOutcome = 'denied' | 'warned' | 'passed';

/** The worst that was said of an object. */
export function outcomeOf({ verdict }: CheckedObject): ObjectOutcome {
  if (!verdict.allowed) return 'denied';
  return verdict.warned.length > 0 ? 'warned' : 'passed';
}

/** A report in numbers. */
export function summaryOf({ objects }: CheckReport): Summary {
  const withOutcome = (outcome: ObjectOutcome) => objects.filter((object) => outcomeOf(object) === outcome).length;
  return {
    objects: objects.length,
    images: new Set(objects.flatMap(({ images }) => images)).size,
    denied: withOutcome('denied'),
    warned: withOutcome('warned'),
  };
}

/** The findings of an object with what is done about them, denied ones first. */
export function judged({ verdict }: CheckedObject): readonly {
  readonly finding: Finding;
  readonly action: 'deny' | 'warn';
}[] {
  return [
    ...verdict.denied.map((finding) => ({ finding, action: 'deny' as const })),
    ...verdict.warned.map((finding) => ({ finding, action: 'warn' as const })),
  ];
}

/** The line of the image that a finding speaks of, or of the object. */
export function findingLine({ manifest }: CheckedObject, { use }: Finding): number {
  return manifest.lineOf(use?.path ?? '');
}

/** `Deployment shop/web`. */
export function titleOf({ subject: { kind, namespace, name } }: CheckedObject): string {
  return `${kind} ${namespace}/${name}`;
}
