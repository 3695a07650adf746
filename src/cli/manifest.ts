import type { JsonObject } from '../lib/json.ts';

/** A Kubernetes object with its position in a file. */
export interface Manifest {
  readonly object: JsonObject;
  /** The path that the user gave, or below it for a folder. `<stdin>` for standard input. */
  readonly file: string;
  /** Returns the line, from 1, of a field (`spec.containers[0].image`, '' for the object) or of its nearest parent. */
  lineOf(fieldPath: string): number;
}
