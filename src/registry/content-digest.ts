import { createHash } from 'node:crypto';
import { digestFault } from '../engine/image/digest.ts';

/** Returns whether a text is a digest that container runtimes accept. */
export function isDigest(text: string): boolean {
  return digestFault(text) === undefined;
}

/** Returns the digest of `content`. Throws if Node does not know `algorithm`; it knows all those of go-digest. */
export function digestOf(content: Uint8Array, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
}

/** Returns whether `digest` is the digest of `content`. False if `digest` is malformed. */
export function hasDigest(digest: string, content: Uint8Array): boolean {
  const [algorithm = ''] = digest.split(':');
  return isDigest(digest) && digestOf(content, algorithm) === digest;
}
