import type { Evidence, Failure, Forbidden, NotAsked } from '../engine/answer.ts';
import { manifestKind } from '../engine/image/manifest-kind.ts';
import type { Ask, Outcome, Reply } from './ask.ts';
import { replyFailure, statusFailure } from './classify.ts';
import { errorLimit } from './error-body.ts';
import type { Exchange } from './exchange.ts';
import { headerOf } from './header.ts';
import { bareMediaType } from './media-type.ts';
import { hasRegistryMarks, type IsRegistry } from './registry-marks.ts';
import { withTimeout } from '../lib/wait.ts';

/** A failure that a host answered with. */
type Answered = Exclude<Failure, NotAsked | Forbidden>;

/** Time limit for the explanatory GET, in ms. HEAD has already decided; a slow GET must not cost us that decision. */
const explainTimeoutMs = 2000;

/** What `askWhy` needs: single exchanges, and whether a host is a registry at all. */
export interface Explainer {
  readonly exchange: Exchange;
  readonly isRegistry: IsRegistry;
}

/**
 * Returns the failure of a HEAD, with details from a GET for the same: the error code, which only a body can have, and
 * the status of the GET if it differs. The HEAD decides, as on a node, with three exceptions: a quota that the registry
 * hides behind another status, an expired token, and a host that does not answer like a registry. Throws if `signal`
 * aborts.
 */
export async function askWhy(client: Explainer, ask: Ask, head: Outcome, signal: AbortSignal): Promise<Failure> {
  const failure = head.kind === 'reply' ? replyFailure(ask, head) : head;
  if (!('evidence' in failure)) return failure;
  const get = needsExplanation(failure, failure.evidence) ? await explain(client, ask, head, signal) : undefined;
  const known = get === undefined || isOtherContent(get) ? failure : explained(failure, get);
  // Without a body, the status of the HEAD is all there is, as on a node.
  const withBody = get ?? (head.kind === 'reply' && head.method === 'GET' ? head : undefined);
  if (head.kind !== 'reply' || withBody === undefined || hasRegistryMarks(head)) return known;
  return ifRegistry(client, ask, withBody, known, signal);
}

/**
 * Returns a failure that a reply with a body means, or less if the host does not answer like a registry: then something
 * else may have answered in its place. Throws if `signal` aborts.
 */
export async function ifRegistry(
  { isRegistry }: Pick<Explainer, 'isRegistry'>,
  ask: Ask,
  reply: Reply,
  failure: Failure,
  signal: AbortSignal,
): Promise<Failure> {
  if ((failure.kind !== 'not-found' && failure.kind !== 'refused') || hasRegistryMarks(reply)) return failure;
  if (await isRegistry(ask.target, signal)) return failure;
  if (reply.body.byteLength === 0) return { ...failure, unproven: true };
  return { kind: 'unreachable', reason: 'web-page', evidence: failure.evidence };
}

async function explain(
  { exchange }: Explainer,
  ask: Ask,
  head: Outcome,
  signal: AbortSignal,
): Promise<Reply | undefined> {
  const sent = head.kind === 'reply' ? head.sent : undefined;
  const byGet = { ...ask, method: 'GET', limit: errorLimit } as const;
  const get = await withTimeout(explainTimeoutMs, signal, (timed) => exchange.exchange(byGet, sent, timed));
  return get?.kind === 'reply' ? get : undefined;
}

function explained(failure: Answered, get: Reply): Answered {
  const { evidence } = failure;
  const { status } = evidence;
  const getFailure =
    get.status < 400 ? undefined : statusFailure({ ...get, kind: 'response' }, { ...evidence, method: 'GET' });
  if (getFailure?.kind === 'throttled') return getFailure;
  // ECR Public returns 400 for an expired token. Only the error code shows the cause.
  if (getFailure?.kind === 'refused' && failure.kind === 'unreachable' && get.status === status) {
    return { ...getFailure, reason: 'rejected' };
  }
  const { code, objection } = getFailure !== undefined && 'evidence' in getFailure ? getFailure.evidence : {};
  return {
    ...failure,
    evidence: {
      ...evidence,
      ...(code !== undefined && { code }),
      ...(objection !== undefined && { objection }),
      ...(get.status !== status && { getStatus: get.status }),
    },
  };
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
