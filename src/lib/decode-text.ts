/**
 * The text of a YAML or JSON file: UTF-8, or UTF-16 with a byte order mark. Invalid bytes are replaced. Removes a byte
 * order mark at the start of every line, because tools that join files leave it before the second document.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes).replaceAll(/^\ufeff/gm, '');
}
