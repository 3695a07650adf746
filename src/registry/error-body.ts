import type { Objection } from '../engine/answer.ts';
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

/** How much of each message is searched, in characters, and how many errors of a body. */
const [messageLimit, maxErrors] = [1000, 10] as const;

/** Phrases of GitHub, Azure, Google Cloud, Docker Hub, Quay, Harbor and Artifactory. */
const objections: readonly (readonly [phrase: RegExp, objection: Objection])[] = [
  [
    /\bip allow ?list\b|\bclient with ip\b.{0,80}\bnot allowed\b|\bip address\b.{0,80}\bnot (?:allowed|permitted)\b/i,
    'address',
  ],
  [/\bvpc service controls\b|\bvpcServiceControlsUniqueIdentifier\b/i, 'address'],
  [/\b(?:account|user|organization|namespace)\b.{0,60}\b(?:suspended|deactivated|locked|disabled)\b/i, 'suspended'],
  [/\bpayment required\b|\bbilling\b.{0,60}\b(?:disabled|enabled)\b|\bsubscription\b.{0,40}\bexpired\b/i, 'unpaid'],
  [/\bprevent images with vulnerability severity\b|\bdue to configured policy\b/i, 'policy'],
  [/\bdownload blocking policy\b|\bimage is not signed\b/i, 'policy'],
];

/**
 * Returns what the messages in a body have against the caller or the image. Undefined if they contain no known phrase.
 * The messages themselves are never returned. For Harbor's policies, the code is enough.
 */
export function objectionIn(body: Uint8Array): Objection | undefined {
  const errors = member(parseJson(body), 'errors');
  for (const error of Array.isArray(errors) ? errors.slice(0, maxErrors) : []) {
    const message = member(error, 'message');
    const text = typeof message === 'string' ? message.slice(0, messageLimit) : '';
    const found = objections.find(([phrase]) => phrase.test(text))?.[1];
    if (found !== undefined) return found;
  }
  return errorCode(body) === 'PROJECTPOLICYVIOLATION' ? 'policy' : undefined;
}

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
