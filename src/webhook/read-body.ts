import type { IncomingMessage } from 'node:http';

export type Body =
  { readonly kind: 'bytes'; readonly bytes: Buffer } | { readonly kind: 'too-large' } | { readonly kind: 'broken-off' };

/**
 * A request's body of at most `limit` bytes. What is over the limit is not kept but still read, so that the sender
 * hears the answer; the server's time limit for requests ends it.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      resolve({ kind: 'too-large' });
    });
    request.on('end', () => resolve({ kind: 'bytes', bytes: Buffer.concat(chunks, length > limit ? 0 : length) }));
    request.on('error', () => resolve({ kind: 'broken-off' }));
    request.on('close', () => resolve({ kind: 'broken-off' }));
  });
}
