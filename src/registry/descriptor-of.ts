import type { Evidence, Found, Unreachable, Unsupported } from '../engine/answer.ts';
import { manifestKind, type ManifestKind } from '../engine/image/manifest-kind.ts';
import type { Reply } from './ask.ts';
import { digestOf, isDigest } from './content-digest.ts';
import { headerOf } from './header.ts';
import { bareMediaType, showable } from './media-type.ts';

/** The largest manifest that containerd resolves, in bytes; the odd factor is its own (MaxManifestSize). */
export const maxManifestBytes = 4 * 1048 * 1048;
/** What is read of a manifest, in bytes: one more shows that it is too large. */
export const manifestLimit = maxManifestBytes + 1;

/** HEAD did not say enough: the manifest itself must tell. */
export interface Unclear {
  readonly kind: 'unclear';
}

/**
 * The descriptor that a runtime makes of a reply with a manifest. `digest` is the one that was asked for; without
 * one the registry is believed. Mirrors Resolve of containerd core/remotes/docker/resolver.go, and the content types
 * and sizes that a pull then fails on.
 */
export function descriptorOf(
  reply: Reply,
  digest: string | undefined,
  about: Evidence,
): Found | Unsupported | Unreachable | Unclear {
  const evidence: Evidence = { ...about, method: reply.method, status: reply.status };
  const fetched = reply.method === 'GET';
  const size = fetched ? reply.body.byteLength : lengthOf(reply);
  const named = headerOf(reply.headers, 'docker-content-digest') ?? '';
  const believed = size !== undefined && named !== '' ? named : undefined;
  const claimed = digest ?? believed;
  if (claimed !== undefined && !isDigest(claimed)) return { kind: 'unreachable', reason: 'protocol', evidence };
  if (size !== undefined && size > maxManifestBytes) return { kind: 'unsupported', reason: 'too-large', evidence };
  const whole = claimed ?? (fetched ? digestOf(reply.body) : undefined);
  if (whole === undefined || size === undefined) return { kind: 'unclear' };
  const mediaType = bareMediaType(headerOf(reply.headers, 'content-type'));
  return unsupported(mediaType, size, evidence) ?? { kind: 'found', mediaType, digest: whole, size };
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
