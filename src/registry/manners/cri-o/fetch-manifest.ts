import type { Descriptor, ManifestAnswer } from '../../../engine/answer.ts';
import { evidenceOf, type Target } from '../../ask.ts';
import { withoutEcho } from '../../echo.ts';
import { headerOf } from '../../header.ts';
import { failureOf } from './failure.ts';
import { manifestAsk } from './manifest-ask.ts';
import { manifestDigest } from './manifest-digest.ts';
import { formatOf } from './manifest-format.ts';
import { readImage } from './read-image.ts';
import type { CrioClient } from './request.ts';
import { sourceOf } from './source.ts';

/**
 * Fetches a manifest by digest from the source of its image. CRI-O keeps the manifest that a tag gave, so if a proxy cache
 * does not find the digest, the tag is asked again. Throws if `signal` aborts. Mirrors GetManifest of containers/image
 * v5.35.0 docker/docker_image_src.go, and Manifest of internal/image/unparsed.go.
 */
export async function fetchManifest(
  client: CrioClient,
  { digest, tag }: Descriptor,
  target: Target,
  signal: AbortSignal,
): Promise<ManifestAnswer> {
  const byDigest = await fetchBy(client, digest, digest, target, signal);
  if (byDigest.kind !== 'not-found' || tag === undefined) return byDigest;
  const byTag = await fetchBy(client, tag, digest, target, signal);
  return byTag.kind === 'image' || byTag.kind === 'index' ? byTag : byDigest;
}

async function fetchBy(
  { request, isRegistry }: CrioClient,
  version: string,
  digest: string,
  target: Target,
  signal: AbortSignal,
): Promise<ManifestAnswer> {
  const ask = manifestAsk(target, version);
  const reply = await request(ask, signal);
  if (reply.kind !== 'reply') return reply;
  if (reply.status !== 200) return failureOf(ask, reply, isRegistry, signal);
  const evidence = { ...evidenceOf(ask), status: reply.status };
  if (reply.cut) return { kind: 'unsupported', reason: 'too-large', evidence };
  if (manifestDigest(reply.body) !== digest) return { kind: 'incomplete', reason: 'digest-mismatch', evidence };
  const format = formatOf(headerOf(reply.headers, 'content-type'));
  // The credential of a mirror may be another one than that of the question.
  return withoutEcho(readImage(reply.body, format, evidence, sourceOf(target)), target.credential, evidence);
}
