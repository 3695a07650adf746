/**
 * The room of `pullgate check`: manifests become objects that remember where they were written, objects verdicts, and
 * verdicts one of four kinds of report.
 */
import type { JsonObject } from '../lib/json.ts';

/** One Kubernetes object, and where it was written. */
export interface Manifest {
  readonly object: JsonObject;
  /** As the file was named by whoever runs the check; `<stdin>` for what was piped in. */
  readonly file: string;
  /** The line, from 1, on which a field (`spec.containers[0].image`, or '' for the object) or its nearest parent stands. */
  lineOf(fieldPath: string): number;
}
