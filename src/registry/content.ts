import { replyFailure } from './classify.ts';
import type { BlobAnswer, Descriptor, Evidence, Failure, Incomplete, ManifestAnswer } from '../engine/answer.ts';
import { type Ask, evidenceOf, type Target, type Reply } from './ask.ts';
import { worstOfHosts } from './worst-of-hosts.ts';
import { manifestLimit, maxManifestBytes } from './descriptor-of.ts';
import { hasDigest } from './content-digest.ts';
import { errorLimit } from './error-body.ts';
import { headerOf } from './header.ts';
import { configPlatform, readManifest } from './read-manifest.ts';
import type { Request } from './request.ts';

/** A reply of 2xx with the evidence that goes with it, or what all hosts' failures come to. */
type Fetched = { readonly kind: 'fetched'; readonly reply: Reply; readonly evidence: Evidence } | Failure | undefined;

/**
 * Fetches a manifest by digest. Content that is not what its digest or length says ends it; the next host is not
 * tried. Mirrors Fetch of containerd core/remotes/docker/fetcher.go. Undefined: there is no host to ask.
 */
export async function fetchManifest(
  request: Request,
  descriptor: Descriptor,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<ManifestAnswer | undefined> {
  const { digest, mediaType } = descriptor;
  const fetched = await firstThatHas(request, targets, signal, (target) => ({
    target,
    asked: 'manifest',
    method: 'GET',
    path: `manifests/${digest}`,
    accept: `${mediaType}, */*`,
    limit: manifestLimit,
  }));
  if (fetched?.kind !== 'fetched') return fetched;
  const { reply, evidence } = fetched;
  if (reply.cut) return { kind: 'unsupported', reason: 'too-large', evidence };
  return spoiled(reply.body, descriptor, evidence) ?? readManifest(reply.body, mediaType, evidence);
}

/**
 * Whether a blob is there: HEAD, and where that says no, the first byte by GET, as a node would fetch it. `read`
 * fetches it whole, for the platform in an image's config. Undefined: there is no host to ask.
 */
export async function fetchBlob(
  request: Request,
  descriptor: Descriptor,
  read: boolean,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<BlobAnswer | undefined> {
  const get = {
    asked: 'blob',
    method: 'GET',
    path: `blobs/${descriptor.digest}`,
    accept: `${descriptor.mediaType === '' ? '' : `${descriptor.mediaType}, `}*/*`,
  } as const;
  // A config over the limit is no image's: that it is there is all that is said of it.
  const whole = read && (descriptor.size ?? 0) <= maxManifestBytes;
  if (whole) {
    const fetched = await firstThatHas(request, targets, signal, (target) => ({
      ...get,
      target,
      limit: manifestLimit,
    }));
    if (fetched?.kind !== 'fetched') return missing(fetched);
    const { reply, evidence } = fetched;
    if (reply.cut) return { kind: 'present' };
    const platform = configPlatform(reply.body);
    return (
      spoiled(reply.body, descriptor, evidence) ?? { kind: 'present', ...(platform !== undefined && { platform }) }
    );
  }
  const headed = await firstThatHas(request, targets, signal, (target) => ({
    ...get,
    target,
    method: 'HEAD',
    limit: 0,
  }));
  if (headed?.kind === 'fetched')
    return ofOtherLength(headed.reply, descriptor, headed.evidence) ?? { kind: 'present' };
  const peeked = await firstThatHas(request, targets, signal, (target) => ({
    ...get,
    target,
    peek: true,
    limit: errorLimit,
  }));
  return peeked?.kind === 'fetched' ? { kind: 'present' } : missing(peeked);
}

async function firstThatHas(
  request: Request,
  targets: readonly Target[],
  signal: AbortSignal,
  askOf: (target: Target) => Ask,
): Promise<Fetched> {
  const failures: Failure[] = [];
  for (const target of targets) {
    const ask = askOf(target);
    const reply = await request(ask, signal);
    if (reply.kind === 'reply' && reply.status < 300) {
      return { kind: 'fetched', reply, evidence: { ...evidenceOf(ask), status: reply.status } };
    }
    failures.push(reply.kind === 'reply' ? replyFailure(ask, reply) : reply);
  }
  return worstOfHosts(failures);
}

function missing(failure: Failure | undefined): Failure | undefined {
  return failure?.kind === 'not-found'
    ? { kind: 'incomplete', reason: 'missing', evidence: failure.evidence }
    : failure;
}

function spoiled(content: Uint8Array, { digest, size }: Descriptor, evidence: Evidence): Incomplete | undefined {
  if (size !== undefined && content.byteLength !== size)
    return { kind: 'incomplete', reason: 'length-mismatch', evidence };
  return hasDigest(digest, content) ? undefined : { kind: 'incomplete', reason: 'digest-mismatch', evidence };
}

function ofOtherLength({ headers }: Reply, { size }: Descriptor, evidence: Evidence): Incomplete | undefined {
  const length = headerOf(headers, 'content-length');
  if (size === undefined || length === undefined || Number(length) === size) return undefined;
  return { kind: 'incomplete', reason: 'length-mismatch', evidence };
}
