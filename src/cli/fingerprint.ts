import { createHash } from 'node:crypto';
import type { Finding } from '../engine/finding.ts';
import { relativePath } from './relative-path.ts';
import { placeOf } from './source.ts';
import { titleOf, type CheckedObject } from './report.ts';

/** Returns 64 hexadecimal digits that identify a finding in a report. */
export type FingerprintOf = (object: CheckedObject, finding: Finding) => string;

/**
 * Returns a function that makes fingerprints, to be used for one report. A fingerprint depends on the file, the object,
 * the container and the kind of the finding, but on no line, message or tag, so it stays the same if others change. Equal
 * findings get different fingerprints, in the order in which they come.
 */
export function fingerprintsOf(): FingerprintOf {
  const seen = new Map<string, number>();
  return (object, finding) => {
    const file = relativePath(placeOf(object.source)?.file ?? '');
    const what = [file, object.apiVersion, titleOf(object), finding.use?.name ?? '', finding.kind];
    const base = hashOf(JSON.stringify(what));
    const before = seen.get(base) ?? 0;
    seen.set(base, before + 1);
    return before === 0 ? base : hashOf(`${base} ${before}`);
  };
}

/** Returns the SHA-256 of a text, as 64 hexadecimal digits. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
