import { objectAt, textAt } from '../lib/json.ts';

/** Nesting depth inside an item: `{ "items": [ { … } ] }`. Everything outside the items is the envelope. */
const itemDepth = 3;

/** Limit of the envelope, in bytes; it usually has a few hundred. */
const envelopeLimit = 64 * 1024;

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * Reads the JSON of a Kubernetes list while it arrives, and calls `onItem` with each item, so that only one item is in
 * memory. An API server that ignores `limit` for `resourceVersion=0` sends 5,000 nodes in one answer of 100 MB. Returns
 * the token of the next page, '' after the last page. Throws if an item is longer than `itemLimit` bytes, if the
 * envelope is too long, or if the text is not JSON.
 */
export async function readListItems(
  body: AsyncIterable<Uint8Array>,
  itemLimit: number,
  onItem: (item: unknown) => void,
): Promise<string> {
  let depth = 0;
  let inText = false;
  let escaped = false;
  let inList = false;
  let envelope = '';
  let item: Buffer[] = [];
  let itemLength = 0;

  function keep(part: Buffer): void {
    if (inList && depth >= itemDepth) {
      itemLength += part.length;
      if (itemLength > itemLimit) throw new Error('a list item is too long');
      item.push(part);
    } else if (!inList) {
      envelope += part.toString('latin1');
      if (envelope.length > envelopeLimit) throw new Error('the list has too much text outside its items');
    }
  }

  for await (const chunk of body) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let from = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inText = false;
      } else if (byte === quote) {
        inText = true;
      } else if (byte === openBrace || byte === openBracket) {
        if (depth === 1 && byte === openBracket) {
          keep(bytes.subarray(from, at + 1));
          from = at + 1;
          inList = /"items"\s*:\s*\[$/.test(envelope);
        } else if (inList && depth === itemDepth - 1) {
          from = at;
        }
        depth++;
      } else if (byte === closeBrace || byte === closeBracket) {
        if (inList && depth === itemDepth) {
          keep(bytes.subarray(from, at + 1));
          onItem(JSON.parse(Buffer.concat(item).toString('utf8')));
          item = [];
          itemLength = 0;
          from = at + 1;
        }
        depth--;
        if (inList && depth === 1) {
          inList = false;
          from = at;
        }
      }
    }
    keep(bytes.subarray(from));
  }
  return textAt(objectAt(JSON.parse(envelope), 'metadata'), 'continue');
}
