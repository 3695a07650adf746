import type { Finding, FindingKind } from '../engine/finding.ts';
import type { WorkloadKind } from '../engine/workload/kind-row.ts';
import type { Workload } from '../engine/workload/workload.ts';

/** A finding of this kind, or of one of these kinds. */
export type FindingOf<K extends FindingKind> = Extract<Finding, { readonly kind: K }>;

/** One function for each kind of finding. A new kind does not compile until every such table has an entry for it. */
export type ByKind<Result> = {
  readonly [K in FindingKind]: (finding: FindingOf<K>, subject: Subject) => Result;
};

/** What the messages need to know about the object that was checked. */
export interface Subject {
  readonly kind: string;
  readonly namespace: string;
  /** Empty if the API server has not generated the name yet. */
  readonly name: string;
  readonly serviceAccount?: string | undefined;
  /** Whether the object is stored in the cluster, so that kubectl can change it. Absent if unknown. */
  readonly stored?: boolean | undefined;
  /** What kubectl can change in an object of this kind. If absent, messages show no command that changes it. */
  readonly editable?: WorkloadKind['editable'] | undefined;
}

/** The subject of messages about a workload. `stored`: whether the workload is in the cluster already. */
export function subjectOf({ kind, namespace, name, serviceAccount }: Workload, stored: boolean): Subject {
  return { kind: kind.kind, editable: kind.editable, namespace, name, serviceAccount, stored };
}

/** How to fix a finding, and the command or the line of YAML that does it, if there is one. */
export interface Fix {
  readonly advice: string;
  readonly command?: string | undefined;
}

/** Calls the function in `table` for the kind of this finding, and returns its result. */
export function wordsFor<Result>(table: ByKind<Result>, finding: Finding, subject: Subject): Result {
  // TypeScript cannot see that the function and the finding are of the same kind.
  const words = table[finding.kind] as (finding: Finding, subject: Subject) => Result;
  return words(finding, subject);
}
