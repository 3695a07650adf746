import type { JsonObject } from '../lib/json.ts';
import type { FileSource } from './source.ts';

/** A Kubernetes object with its position in a file. */
export interface Manifest extends FileSource {
  readonly object: JsonObject;
}
