/** The algorithms that the kubelet supports, and how many hexadecimal digits their digests have. */
const lengths = { sha256: 64, sha384: 96, sha512: 128 } as const satisfies Record<string, number>;

const algorithmPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*$/;

/**
 * Returns what is wrong with a digest, as a fixed phrase that never repeats the text. Undefined if it is valid. Mirrors
 * the grammar of distribution/reference v0.6.0 and Validate of opencontainers/go-digest v1.0.0.
 */
export function digestFault(digest: string): string | undefined {
  const colon = digest.indexOf(':');
  const algorithm = digest.slice(0, Math.max(0, colon));
  const encoded = digest.slice(colon + 1);
  if (algorithm.length > 64 || !algorithmPattern.test(algorithm)) return 'the part after the @ is not a digest';
  if (encoded.length < 32 || /[^0-9a-fA-F]/.test(encoded)) return 'the digest is too short or not hexadecimal';
  if (!isSupported(algorithm)) return 'the digest algorithm is not supported';
  if (encoded.length !== lengths[algorithm]) return 'the digest has the wrong length for its algorithm';
  return /[A-F]/.test(encoded) ? 'the digest must be lowercase' : undefined;
}

function isSupported(algorithm: string): algorithm is keyof typeof lengths {
  return Object.hasOwn(lengths, algorithm);
}
