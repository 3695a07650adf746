import type { Manifest } from './manifest.ts';

/** Something in a file that is not checked, or that does not do what its author wants. It never causes a denial. */
export interface Note {
  readonly file: string;
  /** Starts at 1. */
  readonly line: number;
  /** One line of text without control characters. */
  readonly message: string;
}

/** Returns a note with the file of a manifest and the line of a field in it. */
export function noteOn(manifest: Manifest, message: string, fieldPath = ''): Note {
  return { file: manifest.file, line: manifest.lineOf(fieldPath), message };
}
