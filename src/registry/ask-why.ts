import type { Evidence, Failure } from '../engine/answer.ts';
import { manifestKind } from '../engine/image/manifest-kind.ts';
import type { Ask, Outcome, Reply } from './ask.ts';
import { replyFailure, statusFailure } from './classify.ts';
import { errorLimit } from './error-body.ts';
import type { Exchange } from './exchange.ts';
import { headerOf } from './header.ts';
import { bareMediaType } from './media-type.ts';
import { withTimeout } from '../lib/wait.ts';

/** Time limit for the explanatory GET, in ms. HEAD has already decided; a slow GET must not cost us that decision. */
const explainTimeoutMs = 2000;

/**
 * Returns the failure of a HEAD, with details from a GET for the same: the error code, which only a body can have, and
 * the status of the GET if it differs. The HEAD decides, as on a node, with two exceptions: a quota that the registry
 * hides behind another status, and an expired token. Throws if `signal` aborts.
 */
export async function askWhy(exchange: Exchange, ask: Ask, head: Outcome, signal: AbortSignal): Promise<Failure> {
  const failure = head.kind === 'reply' ? replyFailure(ask, head) : head;
  if (!('evidence' in failure) || !needsExplanation(failure, failure.evidence)) return failure;
  const sent = head.kind === 'reply' ? head.sent : undefined;
  const byGet = { ...ask, method: 'GET', limit: errorLimit } as const;
  const get = await withTimeout(explainTimeoutMs, signal, (timed) => exchange.exchange(byGet, sent, timed));
  if (get?.kind !== 'reply' || isOtherContent(get)) return failure;
  const { status } = failure.evidence;
  const getFailure =
    get.status < 400 ? undefined : statusFailure({ ...get, kind: 'response' }, { ...failure.evidence, method: 'GET' });
  if (getFailure?.kind === 'throttled') return getFailure;
  // ECR Public returns 400 for an expired token. Only the error code shows the cause.
  if (getFailure?.kind === 'refused' && failure.kind === 'unreachable' && get.status === status) {
    return { ...getFailure, reason: 'rejected' };
  }
  const code = getFailure !== undefined && 'evidence' in getFailure ? getFailure.evidence.code : undefined;
  const evidence: Evidence = {
    ...failure.evidence,
    ...(code !== undefined && { code }),
    ...(get.status !== status && { getStatus: get.status }),
  };
  return { ...failure, evidence };
}

/**
 * Whether a GET succeeded with content that is not a manifest, such as a login page. That says nothing about the image.
 */
function isOtherContent({ status, headers }: Reply): boolean {
  const kind = manifestKind(bareMediaType(headerOf(headers, 'content-type')));
  return status < 300 && kind !== 'image' && kind !== 'index';
}

/**
 * Whether to ask why: true for a refusal, for a 404, and for a status that is neither success nor refusal. False for an
 * outage (500 and above, except 501), because another request would add to the load.
 */
function needsExplanation({ kind }: Failure, { asked, method, status }: Evidence): boolean {
  if (asked === 'token' || method !== 'HEAD' || status === undefined || status < 300) return false;
  return kind === 'refused' || kind === 'not-found' || (kind === 'unreachable' && (status < 500 || status === 501));
}
