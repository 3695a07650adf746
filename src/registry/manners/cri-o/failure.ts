import type { Failure } from '../../../engine/answer.ts';
import { type Ask, evidenceOf, type Reply } from '../../ask.ts';
import { ifRegistry } from '../../ask-why.ts';
import { replyFailure } from '../../classify.ts';
import type { IsRegistry } from '../../registry-marks.ts';
import { secretOf } from '../../login/secret.ts';

/**
 * Returns the failure that a reply means for CRI-O, which accepts only 200. Throws if `signal` aborts. Mirrors fetchManifest
 * of containers/image v5.35.0 docker/docker_client.go.
 */
export async function failureOf(ask: Ask, reply: Reply, isRegistry: IsRegistry, signal: AbortSignal): Promise<Failure> {
  if (reply.crossOrigin !== undefined && reply.status >= 400) return refusedElsewhere(ask, reply, reply.crossOrigin);
  const failure: Failure =
    reply.status < 300
      ? { kind: 'unsupported', reason: 'not-a-manifest', evidence: { ...evidenceOf(ask), status: reply.status } }
      : replyFailure(ask, reply);
  return ifRegistry({ isRegistry }, ask, reply, failure, signal);
}

/**
 * CRI-O answers no challenge after a redirect. But to a subdomain, and to plain http of the same host, it sends the
 * authorization of the registry, which Pullgate does not. Mirrors shouldCopyHeaderOnRedirect of Go 1.26 net/http.
 */
function refusedElsewhere(ask: Ask, reply: Reply, url: URL): Failure {
  const { host } = ask.target.host;
  const failure = replyFailure(ask, reply);
  if (failure.kind === 'unreachable' || failure.kind === 'throttled' || failure.kind === 'not-found') return failure;
  const asked = URL.parse(`https://${host}`)?.hostname ?? '';
  const isCarried = url.hostname === asked || url.hostname.endsWith(`.${asked}`);
  const withSecret = secretOf(ask.target.credential) !== undefined;
  if (isCarried && withSecret) return { kind: 'not-asked', reason: 'redirect-login', host };
  if (failure.kind === 'not-asked') {
    return { kind: 'incomplete', reason: 'refused', evidence: { ...evidenceOf(ask), status: reply.status } };
  }
  return failure;
}
