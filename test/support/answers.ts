import type {
  Evidence,
  Found,
  NotAsked,
  NotFound,
  Refused,
  Throttled,
  Unreachable,
  Unsupported,
} from '../../src/engine/answer.ts';

const evidence: Evidence = { host: 'registry.example.com', asked: 'manifest', method: 'HEAD' };

/** A digest of 64 times the same hexadecimal digit. */
export function digestOf(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

export const found: Found = {
  kind: 'found',
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: digestOf('a'),
  size: 500,
};
export const notFound: NotFound = {
  kind: 'not-found',
  evidence: { ...evidence, status: 404, code: 'MANIFEST_UNKNOWN' },
};
export const nameUnknown: NotFound = {
  kind: 'not-found',
  evidence: { ...evidence, status: 404, code: 'NAME_UNKNOWN' },
};
export const refused: Refused = { kind: 'refused', reason: 'rejected', evidence: { ...evidence, status: 401 } };
export const noCredentials: Refused = { ...refused, reason: 'no-credentials' };
export const throttled: Throttled = { kind: 'throttled', evidence: { ...evidence, status: 429 } };
export const unsupported: Unsupported = { kind: 'unsupported', reason: 'schema1', evidence };
export const notAsked: NotAsked = { kind: 'not-asked', reason: 'breaker', host: 'registry.example.com' };

/** An answer of that reason. */
export function unreachable(reason: Unreachable['reason']): Unreachable {
  return { kind: 'unreachable', reason, evidence };
}
