import { member, parseJson } from '../lib/json.ts';

/**
 * The error codes of the OCI distribution specification, and those that widely used registries add. Codes are shown to
 * users, so any other text is dropped.
 */
const knownCodes: ReadonlySet<string> = new Set([
  'BLOB_UNKNOWN',
  'BLOB_UPLOAD_INVALID',
  'BLOB_UPLOAD_UNKNOWN',
  'DENIED',
  'DIGEST_INVALID',
  'FORBIDDEN',
  'MANIFEST_BLOB_UNKNOWN',
  'MANIFEST_INVALID',
  'MANIFEST_UNKNOWN',
  'MANIFEST_UNVERIFIED',
  'NAME_INVALID',
  'NAME_UNKNOWN',
  'NOT_FOUND',
  'PROJECTPOLICYVIOLATION',
  'SIZE_INVALID',
  'TAG_INVALID',
  'TOOMANYREQUESTS',
  'UNAUTHORIZED',
  'UNAVAILABLE',
  'UNKNOWN',
  'UNSUPPORTED',
]);

/** How much of an error body is read, in bytes. */
export const errorLimit = 64 * 1024;

/** Returns the first known error code in a body, in upper case. Undefined if there is none. */
export function errorCode(body: Uint8Array): string | undefined {
  const errors = member(parseJson(body), 'errors');
  if (!Array.isArray(errors)) return undefined;
  for (const error of errors) {
    const code = member(error, 'code');
    if (typeof code === 'string' && knownCodes.has(code.toUpperCase())) return code.toUpperCase();
  }
  return undefined;
}
