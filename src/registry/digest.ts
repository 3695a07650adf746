import { createHash } from 'node:crypto';

const lengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** Whether a text is a digest that runtimes know: go-digest's algorithms, hex in lower case. */
export function isDigest(text: string): boolean {
  const [algorithm = '', hex = '', ...rest] = text.split(':');
  return rest.length === 0 && hex.length === lengths[algorithm] && /^[0-9a-f]+$/.test(hex);
}

export function digestOf(content: Uint8Array, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
}

/** Whether a digest is that of this content. */
export function matches(digest: string, content: Uint8Array): boolean {
  const [algorithm = ''] = digest.split(':');
  return isDigest(digest) && digestOf(content, algorithm) === digest;
}
