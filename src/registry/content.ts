import { replyFailure } from './classify.ts';
import type { BlobAnswer, Descriptor, Evidence, Failure, Incomplete, ManifestAnswer } from '../engine/answer.ts';
import { type Ask, evidenceOf, type Target, type Reply } from './ask.ts';
import { worstOfHosts } from './worst-of-hosts.ts';
import { manifestLimit, maxManifestBytes } from './descriptor-of.ts';
import { hasDigest } from './content-digest.ts';
import { errorLimit } from './error-body.ts';
import { headerOf } from './header.ts';
import { readConfig, readManifest } from './read-manifest.ts';
import type { Request } from './request.ts';

/** A 2xx reply with its evidence, or the combined failure of all hosts. Undefined if there are no hosts. */
type Fetched = { readonly kind: 'fetched'; readonly reply: Reply; readonly evidence: Evidence } | Failure | undefined;

/**
 * Fetches a manifest by digest from the first host that has it. If the content does not match its digest or size, the
 * result is `incomplete`, and the next host is not tried. Returns undefined if `targets` is empty. Throws if `signal`
 * aborts. Mirrors Fetch of containerd v2.4.2 core/remotes/docker/fetcher.go.
 */
export async function fetchManifest(
  request: Request,
  descriptor: Descriptor,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<ManifestAnswer | undefined> {
  const { digest, mediaType, data } = descriptor;
  const get = {
    asked: 'manifest',
    method: 'GET',
    path: `manifests/${digest}`,
    accept: `${mediaType}, */*`,
    limit: manifestLimit,
  } as const;
  const [first] = targets;
  if (data !== undefined && first !== undefined) {
    const evidence = evidenceOf({ ...get, target: first });
    return contentMismatch(data, descriptor, evidence) ?? readManifest(data, mediaType, evidence);
  }
  const fetched = await fetchFromFirst(request, targets, signal, (target) => ({ ...get, target }));
  if (fetched?.kind !== 'fetched') return fetched;
  const { reply, evidence } = fetched;
  if (reply.cut) return { kind: 'unsupported', reason: 'too-large', evidence };
  return contentMismatch(reply.body, descriptor, evidence) ?? readManifest(reply.body, mediaType, evidence);
}

/**
 * Checks that a blob exists: by HEAD, and if that fails or has another length, by a GET of the first byte, because a
 * node uses GET. Embedded content is not requested. If `read` is true, fetches the whole blob instead, and returns the
 * platform in it (for an image config). Returns undefined if `targets` is empty. Throws if `signal` aborts.
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
  const [first] = targets;
  if (descriptor.data !== undefined && first !== undefined) {
    return presentOrMismatch(descriptor.data, descriptor, evidenceOf({ ...get, target: first, limit: 0 }));
  }
  // A config above the limit is not read: the answer says only that it exists.
  const readWhole = read && (descriptor.size ?? 0) <= maxManifestBytes;
  if (readWhole) {
    const fetched = await fetchFromFirst(request, targets, signal, (target) => ({
      ...get,
      target,
      limit: manifestLimit,
    }));
    if (fetched?.kind !== 'fetched') return blobFailure(fetched);
    const { reply, evidence } = fetched;
    return reply.cut ? { kind: 'present' } : presentOrMismatch(reply.body, descriptor, evidence);
  }
  const head = await fetchFromFirst(request, targets, signal, (target) => ({
    ...get,
    target,
    method: 'HEAD',
    limit: 0,
  }));
  if (head?.kind === 'fetched' && hasLength(head.reply, descriptor)) return { kind: 'present' };
  const firstByte = await fetchFromFirst(request, targets, signal, (target) => ({
    ...get,
    target,
    peek: true,
    limit: errorLimit,
  }));
  if (firstByte?.kind !== 'fetched') return blobFailure(firstByte);
  return hasLength(firstByte.reply, descriptor)
    ? { kind: 'present' }
    : { kind: 'incomplete', reason: 'length-mismatch', evidence: firstByte.evidence };
}

async function fetchFromFirst(
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

/** A 404 for a blob means that the image is incomplete. */
function blobFailure(failure: Failure | undefined): Failure | undefined {
  return failure?.kind === 'not-found'
    ? { kind: 'incomplete', reason: 'missing', evidence: failure.evidence }
    : failure;
}

function contentMismatch(
  content: Uint8Array,
  { digest, size }: Descriptor,
  evidence: Evidence,
): Incomplete | undefined {
  if (size !== undefined && content.byteLength !== size)
    return { kind: 'incomplete', reason: 'length-mismatch', evidence };
  return hasDigest(digest, content) ? undefined : { kind: 'incomplete', reason: 'digest-mismatch', evidence };
}

/** Whether a reply has the expected length, or none. A reply with one part names the length in Content-Range. */
function hasLength({ status, headers }: Reply, { size }: Descriptor): boolean {
  const length =
    status === 206
      ? /\/(\d+)$/.exec(headerOf(headers, 'content-range') ?? '')?.[1]
      : headerOf(headers, 'content-length');
  return size === undefined || length === undefined || Number(length) === size;
}

function presentOrMismatch(content: Uint8Array, descriptor: Descriptor, evidence: Evidence): BlobAnswer {
  return contentMismatch(content, descriptor, evidence) ?? { kind: 'present', ...readConfig(content) };
}
