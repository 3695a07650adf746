import { createHash } from 'node:crypto';
import type { BlobScript } from './script.ts';

export interface Blob {
  readonly bytes: Buffer;
  /** `sha256:…` */
  readonly digest: string;
}

export type Blobs = ReadonlyMap<string, Blob>;

/** The blobs of a script by name, with digests computed from their bytes. */
export function readBlobs(script: Readonly<Record<string, BlobScript>>): Blobs {
  return new Map(
    Object.entries(script).map(([name, blob]) => {
      const bytes = blobBytes(blob);
      return [name, { bytes, digest: digestOf(bytes) }];
    }),
  );
}

/** The digest of a text or of bytes: `sha256:…`. */
export function digestOf(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function blobBytes({ base64, text = '', repeat }: BlobScript): Buffer {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  return Buffer.from(repeat ? text.replaceAll(repeat.token, repeat.char.repeat(repeat.count)) : text);
}
