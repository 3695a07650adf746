import type { Evidence, Found, Unreachable, Unsupported } from '../engine/answer.ts';
import { manifestKind, type ManifestKind } from '../engine/image/manifest-kind.ts';
import type { Reply } from './ask.ts';
import { digestOf, isDigest } from './content-digest.ts';
import { headerOf } from './header.ts';
import { bareMediaType, showable } from './media-type.ts';

/** The largest manifest that containerd resolves, in bytes: MaxManifestSize, which has the factor 1048 and not 1024. */
export const maxManifestBytes = 4 * 1048 * 1048;
/** How much of a manifest is read, in bytes: one byte above the maximum, to detect a manifest that is too large. */
export const manifestLimit = maxManifestBytes + 1;

/** The reply to HEAD lacks the digest or the size. The manifest must be fetched to learn them. */
export interface Unclear {
  readonly kind: 'unclear';
}

/**
 * Returns the descriptor that a container runtime derives from a reply with a manifest. `digest` is the requested
 * digest; if it is undefined, the digest in the header of the reply is used. `unsupported` means that the pull fails
 * later, on this media type or size. `unreachable` means that the digest is malformed. Mirrors Resolve of containerd
 * v2.4.2 core/remotes/docker/resolver.go.
 */
export function descriptorOf(
  reply: Reply,
  digest: string | undefined,
  about: Evidence,
): Found | Unsupported | Unreachable | Unclear {
  const evidence: Evidence = { ...about, method: reply.method, status: reply.status };
  const fetched = reply.method === 'GET';
  const size = fetched ? reply.body.byteLength : lengthOf(reply);
  const inHeader = headerOf(reply.headers, 'docker-content-digest') ?? '';
  const claimed = digest ?? (size !== undefined && inHeader !== '' ? inHeader : undefined);
  if (claimed !== undefined && !isDigest(claimed)) return { kind: 'unreachable', reason: 'protocol', evidence };
  if (size !== undefined && size > maxManifestBytes) return { kind: 'unsupported', reason: 'too-large', evidence };
  const actual = claimed ?? (fetched ? digestOf(reply.body) : undefined);
  if (actual === undefined || size === undefined) return { kind: 'unclear' };
  const mediaType = bareMediaType(headerOf(reply.headers, 'content-type'));
  return unsupported(mediaType, size, evidence) ?? { kind: 'found', mediaType, digest: actual, size };
}

const reasons = {
  schema1: 'schema1',
  none: 'no-media-type',
  other: 'media-type',
  index: 'empty',
  image: 'empty',
} as const satisfies Record<ManifestKind, Unsupported['reason']>;

function unsupported(mediaType: string, size: number, evidence: Evidence): Unsupported | undefined {
  const reason = reasons[manifestKind(mediaType)];
  if (reason === 'empty' && size > 0) return undefined;
  const shown = showable(mediaType);
  return { kind: 'unsupported', reason, ...(shown !== undefined && { mediaType: shown }), evidence };
}

function lengthOf({ headers }: Reply): number | undefined {
  const length = headerOf(headers, 'content-length') ?? '';
  return /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}
