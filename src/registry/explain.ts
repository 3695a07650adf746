import type { Evidence, Failure } from '../engine/answer.ts';
import type { Ask } from './ask.ts';
import { statusFailure } from './classify.ts';
import type { Request } from './request.ts';

/** What is read of an error's body, in bytes. */
const errorLimit = 64 * 1024;

/**
 * A HEAD's failure in the words of a GET: the body has the registry's code, and where GET succeeds, that is worth a
 * sentence. HEAD decides all the same, as at a node — but for a quota, which some registries hide behind a 404.
 */
export async function explained(request: Request, ask: Ask, failure: Failure, signal: AbortSignal): Promise<Failure> {
  if (!('evidence' in failure) || !wantsWords(failure, failure.evidence)) return failure;
  const get = await request({ ...ask, method: 'GET', limit: errorLimit }, signal);
  if (get.kind !== 'reply') return failure;
  const { status } = failure.evidence;
  const said =
    get.status < 400 ? undefined : statusFailure({ ...get, kind: 'response' }, { ...failure.evidence, method: 'GET' });
  if (said?.kind === 'throttled') return said;
  // ECR Public says 400 of a token that has expired: only the code tells.
  if (said?.kind === 'refused' && failure.kind === 'unreachable' && get.status === status) {
    return { ...said, reason: 'rejected' };
  }
  const code = said !== undefined && 'evidence' in said ? said.evidence.code : undefined;
  const evidence: Evidence = {
    ...failure.evidence,
    ...(code !== undefined && { code }),
    ...(get.status !== status && { getStatus: get.status }),
  };
  return { ...failure, evidence };
}

/** A no of the registry, and a status that is neither yes nor no; not an outage, which a GET would only add to. */
function wantsWords({ kind }: Failure, { asked, method, status }: Evidence): boolean {
  if (asked === 'token' || method !== 'HEAD' || status === undefined) return false;
  return kind === 'refused' || kind === 'not-found' || (kind === 'unreachable' && (status < 500 || status === 501));
}
