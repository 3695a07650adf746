import type { Answer, Found } from '../engine/answer.ts';
import type { ImageReference } from '../engine/image/image-reference.ts';
import { type Ask, evidenceOf, type Outcome, type Reply, type Target } from './ask.ts';
import { worstOfHosts } from './worst-of-hosts.ts';
import { descriptorOf, manifestLimit } from './descriptor-of.ts';
import type { IsRegistry } from './registry-marks.ts';
import type { Why } from './remember-why.ts';
import { manifestAccept } from './media-type.ts';
import { rateLimitOf } from './network/rate-limit.ts';
import { hasRegistryMarks, isWebPage } from './registry-marks.ts';
import type { Request } from './request.ts';

/** What a lookup needs: whole requests, and what else can be learned about a failed one. */
export interface Client {
  readonly request: Request;
  readonly isRegistry: IsRegistry;
  readonly why: Why;
}

/** The result of a host that lacks the image. `Client.why` explains it only if no other host has the image. */
interface Miss {
  readonly kind: 'miss';
  readonly ask: Ask;
  readonly outcome: Outcome;
  /** True if no other host is tried after this one. */
  readonly final: boolean;
}

/**
 * Resolves an image like containerd's resolver: the first host that has it decides. HEAD is enough, unless the host
 * does not support it or its reply lacks the digest or the length; then GET follows. A digest is looked up among the
 * manifests of all hosts, then among the blobs. Returns undefined if `targets` is empty. Throws if `signal` aborts.
 * Mirrors Resolve of containerd v2.4.2 core/remotes/docker/resolver.go.
 */
export async function resolve(
  client: Client,
  reference: ImageReference,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const { digest, tag = 'latest' } = reference;
  const misses: Miss[] = [];
  for (const target of targets) {
    const answer = await lookUp(client, askFor(target, `manifests/${digest ?? tag}`), digest, signal);
    if (answer.kind !== 'miss') return answer;
    if (answer.final) return client.why(answer.ask, answer.outcome, signal);
    misses.push(answer);
  }
  for (const { ask } of digest === undefined ? [] : misses.filter(isMissing)) {
    const answer = await lookUp(client, askFor(ask.target, `blobs/${digest}`), digest, signal);
    if (answer.kind !== 'miss') return answer;
  }
  return worstOfHosts(await Promise.all(misses.map(({ ask, outcome }) => client.why(ask, outcome, signal))));
}

function askFor(target: Target, path: string): Ask {
  return { target, asked: 'manifest', method: 'HEAD', path, accept: manifestAccept, limit: manifestLimit };
}

function isMissing({ outcome }: Miss): boolean {
  return outcome.kind === 'reply' && outcome.status === 404;
}

/**
 * Looks up one path at one host. A success without a usable manifest ends the lookup, as on a node. The exception is a
 * manifest that is too large: then the next host is tried.
 */
async function lookUp(
  client: Client,
  ask: Ask,
  digest: string | undefined,
  signal: AbortSignal,
): Promise<Answer | Miss> {
  const { request } = client;
  const head = await request(ask, signal);
  // After a redirect that cannot be followed, containerd tries no other host.
  if (head.kind !== 'reply' || head.status >= 300) return miss(ask, head, head.kind === 'reply' && head.status < 400);
  const fromHead = descriptorOf(head, digest, evidenceOf(ask));
  if (fromHead.kind === 'found') return { ...fromHead, ...quotaOf(head, ask) };
  if (fromHead.kind !== 'unclear') return missIfTooLarge(await orWebPage(client, ask, head, fromHead, signal), ask);
  const byGet: Ask = { ...ask, method: 'GET' };
  const get = await request(byGet, signal);
  if (get.kind !== 'reply' || get.status >= 300) return miss(byGet, get, true);
  const fromGet = descriptorOf(get, digest, evidenceOf(byGet));
  // A body always has a digest and a length, so this would be a bug.
  if (fromGet.kind === 'unclear') throw new Error('no descriptor for a manifest that was fetched');
  return missIfTooLarge(await orWebPage(client, byGet, get, fromGet, signal), byGet);
}

/**
 * Returns `answer`, or that the host answers like a web server: a web page instead of a manifest may be in the place of
 * the whole registry, such as a maintenance page or a login.
 */
export async function orWebPage(
  client: Pick<Client, 'isRegistry'>,
  ask: Ask,
  reply: Reply,
  answer: Answer,
  signal: AbortSignal,
): Promise<Answer> {
  if (answer.kind !== 'unsupported' || !isWebPage(reply) || hasRegistryMarks(reply)) return answer;
  if (await client.isRegistry(ask.target, signal)) return answer;
  return { kind: 'unreachable', reason: 'web-page', evidence: answer.evidence };
}

/** Returns that no pull is left, if the registry says so. */
export function quotaOf({ headers, status }: Reply, ask: Ask): Pick<Found, 'limited'> {
  if (rateLimitOf(headers)?.remaining !== 0) return {};
  return { limited: { kind: 'throttled', evidence: { ...evidenceOf(ask), status } } };
}

function missIfTooLarge(answer: Answer, ask: Ask): Answer | Miss {
  const isTooLarge = answer.kind === 'unsupported' && answer.reason === 'too-large';
  return isTooLarge ? miss(ask, answer, false) : answer;
}

function miss(ask: Ask, outcome: Outcome, final: boolean): Miss {
  return { kind: 'miss', ask, outcome, final };
}
