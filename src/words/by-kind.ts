import type { Finding, FindingKind } from '../engine/finding.ts';
import type { WorkloadKind } from '../engine/workload/workload-kind.ts';
import type { Workload } from '../engine/workload/workload.ts';

/** A finding of this kind, or of one of these kinds. */
export type FindingOf<K extends FindingKind> = Extract<Finding, { readonly kind: K }>;

/** One function for each kind of finding: a new kind does not compile until every such table has it. */
export type ByKind<Result> = {
  readonly [K in FindingKind]: (finding: FindingOf<K>, subject: Subject) => Result;
};

/** What the words need to know of the object that was checked. */
export interface Subject {
  readonly kind: string;
  readonly namespace: string;
  /** Empty if the API server has yet to generate it. */
  readonly name: string;
  readonly serviceAccount?: string | undefined;
  /** Whether the object is in the cluster, so that kubectl can change it; absent: unknown. */
  readonly stored?: boolean | undefined;
  /** What kubectl can change in such an object; absent: no command is shown. */
  readonly editable?: WorkloadKind['editable'] | undefined;
}

/** The subject of what is said about a workload. */
export function subjectOf({ kind, namespace, name, serviceAccount }: Workload, stored: boolean): Subject {
  return { kind: kind.kind, editable: kind.editable, namespace, name, serviceAccount, stored };
}

/** What to do about a finding, and the command or the line of YAML that does it, if there is one. */
export interface Fix {
  readonly advice: string;
  readonly command?: string | undefined;
}

/** The entry of `table` for this finding. */
export function wordsFor<Result>(table: ByKind<Result>, finding: Finding, subject: Subject): Result {
  // TypeScript cannot see that the function and the finding are of the same kind.
  const words = table[finding.kind] as (finding: Finding, subject: Subject) => Result;
  return words(finding, subject);
}
