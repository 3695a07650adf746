import type { Finding } from '../engine/finding.ts';
import { inline } from '../words/plain-text.ts';
import { titleOf, type CheckedObject } from './report.ts';

/** Returns the kind of a finding with the object: `image-not-found in Deployment shop/web`. One line. */
export function titleOfFinding(object: CheckedObject, { kind }: Finding): string {
  return `${kind} in ${inline(titleOf(object))}`;
}
