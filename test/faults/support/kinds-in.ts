import { objectOf, stringOf } from '../../../src/lib/json.ts';
import type { Reviewed } from '../../support/admission-client.ts';

/** Each finding of an answer as `KIND`, or `KIND: REASON` if the answer of the registry has a reason. */
export function kindsIn({ response }: Reviewed): readonly string[] {
  const text = stringOf(objectOf(response['auditAnnotations'])['findings']) || '[]';
  const findings = JSON.parse(text) as readonly { readonly kind: string; readonly reason?: string }[];
  return findings.map(({ kind, reason }) => (reason === undefined ? kind : `${kind}: ${reason}`));
}
