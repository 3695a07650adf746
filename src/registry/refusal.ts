import type { Failure, Refused } from '../engine/answer.ts';
import { type Ask, evidenceOf, type Reply } from './ask.ts';
import { statusFailure } from './classify.ts';
import { secretOf } from './login/secret.ts';

/** What a reply of 300 or more means to the one who asked, with the reason of a refusal. */
export function replyFailure(ask: Ask, reply: Reply): Failure {
  const failure = statusFailure({ ...reply, kind: 'response' }, { ...evidenceOf(ask), method: reply.method });
  if (failure.kind !== 'refused') return failure;
  // The other host was shown no credential: its refusal says nothing of it.
  if (reply.elsewhere) return { kind: 'not-asked', reason: 'redirect', host: ask.target.host.host };
  return { ...failure, reason: reasonOf(ask, reply) };
}

function reasonOf({ target }: Ask, { status, sent }: Reply): Refused['reason'] {
  if (status === 401 && sent === undefined) return 'challenge';
  if (status === 401 && sent?.scheme === 'basic') return 'rejected';
  const anonymous = secretOf(target.credential) === undefined;
  return anonymous && (status === 401 || status === 403) ? 'no-credentials' : 'no-permission';
}
