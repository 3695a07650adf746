/** Hexadecimal digits of a digest by its algorithm: those that the kubelet is built with. */
const lengths = { sha256: 64, sha384: 96, sha512: 128 } as const satisfies Record<string, number>;

const algorithmPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*$/;

/**
 * What is wrong with a digest, in words of a fixed vocabulary; undefined: nothing. Mirrors the grammar of
 * distribution/reference and Validate of opencontainers/go-digest.
 */
export function digestFault(digest: string): string | undefined {
  const colon = digest.indexOf(':');
  const algorithm = digest.slice(0, Math.max(0, colon));
  const encoded = digest.slice(colon + 1);
  if (algorithm.length > 64 || !algorithmPattern.test(algorithm)) return 'what follows the @ is not a digest';
  if (encoded.length < 32 || /[^0-9a-fA-F]/.test(encoded)) return 'the digest is not hexadecimal, or too short';
  if (!isKnown(algorithm)) return 'the digest algorithm is not supported';
  if (encoded.length !== lengths[algorithm]) return 'the digest is not as long as its algorithm requires';
  return /[A-F]/.test(encoded) ? 'the digest must be lowercase' : undefined;
}

function isKnown(algorithm: string): algorithm is keyof typeof lengths {
  return Object.hasOwn(lengths, algorithm);
}
