import { parseJson } from '../lib/json.ts';

/** The JSON value of a body; undefined if it is not JSON, or longer than `limit` bytes. */
export async function readJson(body: AsyncIterable<Uint8Array>, limit: number): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    // Leaving the loop destroys the stream, so nothing more is read.
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  return parseJson(Buffer.concat(chunks));
}
