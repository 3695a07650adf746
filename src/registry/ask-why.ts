import type { Evidence, Failure } from '../engine/answer.ts';
import { manifestKind } from '../engine/image/manifest-kind.ts';
import type { Ask, Outcome, Reply } from './ask.ts';
import { replyFailure, statusFailure } from './classify.ts';
import { errorLimit } from './error-body.ts';
import type { Exchange } from './exchange.ts';
import { headerOf } from './header.ts';
import { bareMediaType } from './media-type.ts';
import { withTimeout } from '../lib/wait.ts';

/** What words are worth, in ms: HEAD has decided, and what it decided must not be lost over them. */
const explainTimeoutMs = 2000;

/**
 * A HEAD's failure in the words of a GET: the body has the registry's code, and where GET succeeds, that is worth a
 * sentence. HEAD decides all the same, as at a node — but for a quota, which some registries hide behind a 404.
 */
export async function askWhy(exchange: Exchange, ask: Ask, head: Outcome, signal: AbortSignal): Promise<Failure> {
  const failure = head.kind === 'reply' ? replyFailure(ask, head) : head;
  if (!('evidence' in failure) || !wantsWords(failure, failure.evidence)) return failure;
  const sent = head.kind === 'reply' ? head.sent : undefined;
  const byGet = { ...ask, method: 'GET', limit: errorLimit } as const;
  const get = await withTimeout(explainTimeoutMs, signal, (hurried) => exchange.exchange(byGet, sent, hurried));
  if (get?.kind !== 'reply' || isOtherContent(get)) return failure;
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

/** A page to log in at, say: that GET came to something is no disagreement about the image. */
function isOtherContent({ status, headers }: Reply): boolean {
  const kind = manifestKind(bareMediaType(headerOf(headers, 'content-type')));
  return status < 300 && kind !== 'image' && kind !== 'index';
}

/** A no of the registry, and a status that is neither yes nor no; not an outage, which a GET would only add to. */
function wantsWords({ kind }: Failure, { asked, method, status }: Evidence): boolean {
  if (asked === 'token' || method !== 'HEAD' || status === undefined || status < 300) return false;
  return kind === 'refused' || kind === 'not-found' || (kind === 'unreachable' && (status < 500 || status === 501));
}
