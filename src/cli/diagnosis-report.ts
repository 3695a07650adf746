import type { Diagnosis } from '../diagnose/diagnosis.ts';

/** The result of `pullgate diagnose`. */
export interface DiagnosisReport {
  readonly diagnoses: readonly Diagnosis[];
  /** Pods that were looked at. */
  readonly pods: number;
  /** What could not be read, one line each. */
  readonly notes: readonly string[];
  /** False if pods are missing from the report. */
  readonly complete: boolean;
  /** When it was made, in ms since 1970. */
  readonly at: number;
}
