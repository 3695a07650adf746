import { isAscii } from './equal-fold.ts';

/**
 * The text of standard base64, as UTF-8 with invalid bytes replaced. Undefined if `text` is not valid: line breaks are
 * ignored, but every other character outside the alphabet is an error, padding is required (`padded`) or is an error
 * (`unpadded`). Mirrors StdEncoding and RawStdEncoding of encoding/base64 in Go 1.26.
 */
export function decodeBase64(text: string, padding: 'padded' | 'unpadded'): string | undefined {
  const bare = text.replaceAll(/[\r\n]/g, '');
  const body = padding === 'padded' ? bare.replace(/={1,2}$/, '') : bare;
  if (/[^A-Za-z0-9+/]/.test(body) || body.length % 4 === 1) return undefined;
  if (padding === 'padded' && bare.length % 4 !== 0) return undefined;
  const binary = atob(body);
  if (isAscii(binary)) return binary;
  // Keep a byte order mark: Go keeps it too, and then rejects the text as JSON.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytesOf(binary));
}

/** Returns whether the bytes of valid base64 are UTF-8. */
export function isUtf8Base64(text: string): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(atob(text)));
    return true;
  } catch {
    return false;
  }
}

function bytesOf(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
