import { createHash } from 'node:crypto';
import { digestFault } from '../engine/image/digest.ts';

/** Whether a text is a digest that runtimes know. */
export function isDigest(text: string): boolean {
  return digestFault(text) === undefined;
}

/** The digest of `content`; `algorithm` is one that go-digest knows. */
export function digestOf(content: Uint8Array, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
}

/** Whether a digest is that of this content. */
export function hasDigest(digest: string, content: Uint8Array): boolean {
  const [algorithm = ''] = digest.split(':');
  return isDigest(digest) && digestOf(content, algorithm) === digest;
}
