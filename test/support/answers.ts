import type {
  Evidence,
  Failure,
  Forbidden,
  Found,
  Incomplete,
  NotAsked,
  NotFound,
  Refused,
  Throttled,
  Unreachable,
  Unsupported,
} from '../../src/engine/answer.ts';

export const host = 'registry.example.com';

/** Evidence of a HEAD request for a manifest. `more` overrides single fields. */
export function evidence(more: Partial<Evidence> = {}): Evidence {
  return { host, asked: 'manifest', method: 'HEAD', ...more };
}

/** A digest that repeats the same hexadecimal digit 64 times. */
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
  evidence: evidence({ status: 404, code: 'MANIFEST_UNKNOWN' }),
};
export const nameUnknown: NotFound = { kind: 'not-found', evidence: evidence({ status: 404, code: 'NAME_UNKNOWN' }) };
export const refused = refusedFor('rejected');
export const noCredentials = refusedFor('no-credentials');
export const throttled: Throttled = { kind: 'throttled', evidence: evidence({ status: 429 }) };
export const unsupported: Unsupported = { kind: 'unsupported', reason: 'schema1', evidence: evidence() };
export const incomplete: Incomplete = { kind: 'incomplete', reason: 'missing', evidence: evidence() };
export const forbidden: Forbidden = { kind: 'forbidden', reason: 'blocked', host };
export const notAsked: NotAsked = { kind: 'not-asked', reason: 'breaker', host };

/** A `refused` answer with this reason. */
export function refusedFor(reason: Refused['reason'], more: Partial<Evidence> = { status: 401 }): Refused {
  return { kind: 'refused', reason, evidence: evidence(more) };
}

/** An `unreachable` answer with this reason. */
export function unreachable(reason: Unreachable['reason'], more: Partial<Evidence> = {}): Unreachable {
  return { kind: 'unreachable', reason, evidence: evidence(more) };
}

/** One failure of each kind. */
export const failures = {
  'not-found': notFound,
  refused,
  throttled,
  unreachable: unreachable('timeout'),
  unsupported,
  incomplete,
  forbidden,
  'not-asked': notAsked,
} as const satisfies { readonly [K in Failure['kind']]: Extract<Failure, { readonly kind: K }> };
