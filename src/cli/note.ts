import { placeOf, placeWords, type Place, type Source } from './source.ts';

/**
 * Something that is not checked, or that does not do what its author wants. A note never causes a denial. Among the
 * problems of a report, it is a reason why the report is not complete.
 */
export interface Note {
  /** Where it is written. Undefined if it is not in a file. */
  readonly place: Place | undefined;
  /** One line of text without control characters. */
  readonly message: string;
}

/** Returns a note about a field of an object ('' for the object). */
export function noteOn(source: Source, message: string, fieldPath = ''): Note {
  return { place: placeOf(source, fieldPath), message };
}

/** Returns a note as one line: `file:line: message`. */
export function noteWords({ place, message }: Note): string {
  return place === undefined ? message : `${placeWords(place)}: ${message}`;
}
