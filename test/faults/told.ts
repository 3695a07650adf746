import { objectOf, stringOf } from '../../src/lib/json.ts';
import type { Reviewed } from '../support/pullgate.ts';

/** Each finding of an answer in a few words: its kind, and the reason of what it rests on, where there is one. */
export function told({ response }: Reviewed): readonly string[] {
  const text = stringOf(objectOf(response['auditAnnotations'])['findings']) || '[]';
  const findings = JSON.parse(text) as readonly { readonly kind: string; readonly reason?: string }[];
  return findings.map(({ kind, reason }) => (reason === undefined ? kind : `${kind}: ${reason}`));
}
