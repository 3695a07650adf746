import { decodeText } from '../lib/decode-text.ts';

/** In bytes. Ten times the output of a Helm chart with hundreds of objects. */
export const maxTextBytes = 64 * 1024 * 1024;

export const tooLarge = 'larger than 64 MiB';

/** Reads a stream to its end. Throws an Error if it is larger than 64 MiB, and does not read the rest. */
export async function readLimited(stream: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const read = Buffer.from(chunk as Uint8Array);
    bytes += read.length;
    if (bytes > maxTextBytes) throw new Error(tooLarge);
    chunks.push(read);
  }
  return decodeText(Buffer.concat(chunks));
}
