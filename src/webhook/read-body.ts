import type { IncomingMessage } from 'node:http';

/** The body of a request. `incomplete`: the client closed the connection, or the request failed, before the end. */
export type Body =
  { readonly kind: 'bytes'; readonly bytes: Buffer } | { readonly kind: 'too-large' } | { readonly kind: 'incomplete' };

/**
 * Reads the body of a request, at most `limit` bytes. The rest of a larger body is read and discarded, because a client
 * that is still sending may not receive the response. The request timeout of the server bounds this. Never rejects.
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
    request.on('error', () => resolve({ kind: 'incomplete' }));
    request.on('close', () => resolve({ kind: 'incomplete' }));
  });
}
