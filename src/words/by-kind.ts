import type { Finding, FindingKind } from '../engine/finding.ts';

/** A finding of this kind, or of one of these. */
export type FindingOf<K extends FindingKind> = Extract<Finding, { readonly kind: K }>;

/** One function for each kind of finding: a new kind does not compile until every such table knows it. */
export type ByKind<Result> = {
  readonly [K in FindingKind]: (finding: FindingOf<K>, subject: Subject) => Result;
};

/** What the words need to know of the object that was judged; a `Workload` is one. */
export interface Subject {
  readonly kind: string;
  readonly namespace: string;
  /** Empty where the API server is still to generate it. */
  readonly name: string;
  readonly serviceAccount?: string | undefined;
  /** Whether the object is in the cluster, so that kubectl can change it; unknown where absent. */
  readonly stored?: boolean | undefined;
}

/** The table's answer for this finding. */
export function wordsFor<Result>(table: ByKind<Result>, finding: Finding, subject: Subject): Result {
  // TypeScript cannot see that the function and the finding are of the same kind.
  const words = table[finding.kind] as (finding: Finding, subject: Subject) => Result;
  return words(finding, subject);
}
