import type { Evidence, Failure, Refused, UnreachableReason } from '../engine/answer.ts';
import type { Breakage } from './network/breakage.ts';
import { evidenceOf, type Ask, type Reply } from './ask.ts';
import { errorCode, objectionIn } from './error-body.ts';
import { headerOf } from './header.ts';
import { challengeOf } from './login/challenge.ts';
import { secretOf } from './login/secret.ts';
import { retryAfterMs } from './retry-after.ts';
import type { HttpResponse } from './network/transport.ts';

/** Returns the failure of a request that got no response. */
export function brokenFailure(reason: Breakage, evidence: Evidence): Failure {
  if (reason === 'address' || reason === 'overload') return { kind: 'not-asked', reason, host: evidence.host };
  return { kind: 'unreachable', reason, evidence };
}

type StatusKind = 'refused' | 'not-found' | 'throttled' | UnreachableReason;

const byStatus: Readonly<Record<number, StatusKind>> = {
  401: 'refused',
  402: 'refused',
  403: 'refused',
  404: 'not-found',
  408: 'timeout',
  410: 'not-found',
  // Harbor and others: a policy forbids the pull (vulnerabilities, a missing signature).
  412: 'refused',
  429: 'throttled',
  451: 'refused',
};

/**
 * Error codes that are more exact than their status: some registries hide a quota behind 403 or 404, or an expired
 * token behind 400.
 */
const byCode: Readonly<Record<string, Readonly<Record<number, StatusKind>>>> = {
  TOOMANYREQUESTS: { 400: 'throttled', 403: 'throttled', 404: 'throttled', 503: 'throttled' },
  UNAUTHORIZED: { 400: 'refused' },
  DENIED: { 400: 'refused' },
};

/**
 * Returns the failure that a status of 300 or more means. A refusal always has the reason `no-permission` here; the
 * caller replaces it by a more exact one. Any status that is neither success nor a known failure has the reason
 * `protocol`, which is inconclusive.
 */
export function statusFailure({ status, headers, body }: HttpResponse, about: Evidence): Failure {
  const code = errorCode(body);
  const objection = status === 402 ? 'unpaid' : objectionIn(body);
  const evidence: Evidence = { ...about, status, ...(code && { code }), ...(objection && { objection }) };
  const kind = byCode[code ?? '']?.[status] ?? byStatus[status] ?? (status >= 500 ? 'server-error' : 'protocol');
  if (kind === 'refused') return { kind, reason: 'no-permission', evidence };
  if (kind === 'not-found') return { kind, evidence };
  if (kind !== 'throttled') return { kind: 'unreachable', reason: kind, evidence };
  const waitMs = retryAfterMs(headerOf(headers, 'retry-after'), Date.now());
  return { kind, ...(waitMs !== undefined && { retryAfterMs: waitMs }), evidence };
}

/** Returns the failure that a reply with a status of 300 or more means, with the exact reason of a refusal. */
export function replyFailure(ask: Ask, reply: Reply): Failure {
  const unsent = reply.sent === undefined && secretOf(ask.target.credential) !== undefined;
  const about: Evidence = { ...evidenceOf(ask), method: reply.method, ...(unsent && { unsent }) };
  const failure = statusFailure({ ...reply, kind: 'response' }, about);
  if (failure.kind !== 'refused') return failure;
  if (reply.crossOrigin !== undefined) return refusalAfterRedirect(ask, reply, failure.evidence);
  return { ...failure, reason: reasonOf(ask, reply) };
}

/**
 * The other origin got no credential, as from a node, so its refusal is about the content. Only if it asks for a login,
 * a node may send the credential that Pullgate does not send.
 */
function refusalAfterRedirect(ask: Ask, reply: Reply, evidence: Evidence): Failure {
  if (challengeOf(reply) === undefined) return { kind: 'incomplete', reason: 'refused', evidence };
  if (secretOf(ask.target.credential) === undefined) return { kind: 'refused', reason: 'no-credentials', evidence };
  return { kind: 'not-asked', reason: 'redirect-login', host: ask.target.host.host };
}

function reasonOf({ target }: Ask, { status, sent }: Reply): Refused['reason'] {
  if (status === 401 && sent === undefined) return 'challenge';
  if (status === 401 && sent?.scheme === 'basic' && sent.empty !== true) return 'rejected';
  const anonymous = secretOf(target.credential) === undefined;
  return anonymous && (status === 401 || status === 403) ? 'no-credentials' : 'no-permission';
}
