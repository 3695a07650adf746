/**
 * Decodes standard base64 as Go's encoding/base64 does: line ends are passed over, any other character outside of the alphabet is an
 * error, and padding must (`padded`) or must not be there. undefined: not base64.
 */
export function decodeBase64(text: string, padding: 'padded' | 'unpadded'): string | undefined {
  const bare = text.replaceAll(/[\r\n]/g, '');
  const body = padding === 'padded' ? bare.replace(/={1,2}$/, '') : bare;
  if (/[^A-Za-z0-9+/]/.test(body) || body.length % 4 === 1) return undefined;
  if (padding === 'padded' && bare.length % 4 !== 0) return undefined;
  const binary = atob(body);
  // oxlint-disable-next-line no-control-regex -- ASCII is its own UTF-8
  if (!/[^\u0000-\u007f]/.test(binary)) return binary;
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  // A byte order mark is data: what reads the text must see it, and refuse it as Go would.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
