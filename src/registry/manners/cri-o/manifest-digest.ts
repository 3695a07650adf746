import { arrayOf, isObject, member, parseJson, textAt } from '../../../lib/json.ts';
import { digestOf } from '../../content-digest.ts';

/**
 * Returns the digest by which CRI-O knows a manifest: the SHA-256 of the content, or for a signed schema 1 manifest that
 * of the content without its signatures. Undefined if the signature is malformed. Mirrors Digest of containers/image
 * v5.35.0 internal/manifest/manifest.go. A reference by any other algorithm never matches there.
 */
export function manifestDigest(content: Uint8Array): string | undefined {
  const manifest = parseJson(content);
  const isSigned =
    isObject(manifest) && manifest['schemaVersion'] === 1 && (manifest['signatures'] ?? undefined) !== undefined;
  if (!isSigned) return digestOf(content);
  const payload = signedPayload(content, manifest);
  return payload && digestOf(payload);
}

/** ParsePrettySignature of docker/libtrust: the payload is the start of the content, and the end that was signed. */
function signedPayload(content: Uint8Array, manifest: object): Uint8Array | undefined {
  const [signature] = arrayOf(member(manifest, 'signatures'));
  const header = parseJson(Buffer.from(textAt(signature, 'protected'), 'base64url'));
  const length = member(header, 'formatLength');
  if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) return undefined;
  const tail = Buffer.from(textAt(header, 'formatTail'), 'base64url');
  return Buffer.concat([content.subarray(0, length), tail]);
}
