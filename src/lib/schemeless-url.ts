/** Host (with port) and path of a URL, percent-decoded as by net/url of Go. */
export interface SchemelessUrl {
  readonly host: string;
  readonly path: string;
}

/**
 * Parses a URL without its scheme as the kubelet does: with `https://` before it. Undefined if url.Parse returns an
 * error for it. Userinfo, query and fragment are checked, but not returned. Mirrors url.Parse of net/url in Go 1.26.
 */
export function parseSchemelessUrl(text: string): SchemelessUrl | undefined {
  // oxlint-disable-next-line no-control-regex -- net/url rejects these
  if (/[\u0000-\u001f\u007f]/.test(text)) return undefined;
  const [beforeFragment, fragment] = cut(text, '#');
  const [location] = cut(beforeFragment, '?');
  const slash = location.indexOf('/');
  const authority = slash < 0 ? location : location.slice(0, slash);
  const at = authority.lastIndexOf('@');
  const path = percentDecoded(slash < 0 ? '' : location.slice(slash));
  const host = hostOf(authority.slice(at + 1));
  if (path === undefined || host === undefined || percentDecoded(fragment) === undefined) return undefined;
  if (at >= 0 && !isUserinfo(authority.slice(0, at))) return undefined;
  return { host, path };
}

/**
 * Splits a host at the colon of its port. The port is '' if there is none. Mirrors net.SplitHostPort of Go 1.26 for
 * hosts that `parseSchemelessUrl` returns; if that function returns an error, `name` is the whole host.
 */
export function splitPort(host: string): { readonly name: string; readonly port: string } {
  const colon = host.lastIndexOf(':');
  const bracketed = host.startsWith('[');
  if (colon < 0 || (bracketed && host[colon - 1] !== ']')) return { name: host, port: '' };
  return { name: bracketed ? host.slice(1, colon - 1) : host.slice(0, colon), port: host.slice(colon + 1) };
}

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function isUserinfo(text: string): boolean {
  return !/[^A-Za-z0-9\-._:~!$&'()*+,;=%@]/.test(text) && percentDecoded(text) !== undefined;
}

function hostOf(host: string): string | undefined {
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']');
    const valid = end > 0 && /^[0-9a-fA-F:.]+(?:%25[^%\]]+)?$/.test(host.slice(1, end).slice(0, 100));
    return valid && isOptionalPort(host.slice(end + 1)) ? host : undefined;
  }
  const colon = host.indexOf(':');
  if (host.includes('[') || (colon >= 0 && !isOptionalPort(host.slice(colon)))) return undefined;
  // In a host, Go allows escapes only for `%` itself and for bytes from 0x80.
  if (/[\s\\^`{|}]/.test(host) || /%(?!25|[89a-fA-F])/.test(host)) return undefined;
  return percentDecoded(host);
}

function isOptionalPort(text: string): boolean {
  return text === '' || (text.startsWith(':') && !/[^0-9]/.test(text.slice(1)));
}

/**
 * Replaces each escape by the character with that byte value. No UTF-8 decoding: the result is only compared with
 * ASCII.
 */
function percentDecoded(text: string): string | undefined {
  if (!text.includes('%')) return text;
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  return text.replaceAll(/%[0-9a-fA-F]{2}/g, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)));
}
