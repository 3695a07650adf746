import { isLoopbackHost } from '../../engine/hosts/loopback.ts';
import { addressRanges, canonicalAddress, isCidr } from '../../lib/address.ts';

/** The proxy variables of the environment: two URLs, and the list of hosts that need no proxy. */
export interface ProxySettings {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

/**
 * Returns the proxy for a request to `target`. Undefined if it needs none; loopback hosts never do. The proxy of one
 * scheme is never used for the other. Mirrors golang.org/x/net/http/httpproxy, which containerd v2.4.2 uses.
 */
export function proxyFor(target: URL, settings: ProxySettings): URL | undefined {
  const proxy = target.protocol === 'https:' ? settings.httpsProxy : settings.httpProxy;
  if (proxy === undefined || proxy === '' || isExcluded(target, settings.noProxy ?? '')) return undefined;
  const url = URL.parse(proxy.includes('://') ? proxy : `http://${proxy}`);
  return url === null ? undefined : withReadableLogin(url);
}

/** undici decodes the user and the password, and throws if they are not percent-encoded. They then count as written. */
function withReadableLogin(url: URL): URL {
  try {
    decodeURIComponent(url.username + url.password);
  } catch {
    url.username = url.username.replaceAll('%', '%25');
    url.password = url.password.replaceAll('%', '%25');
  }
  return url;
}

function isExcluded(target: URL, noProxy: string): boolean {
  const host = target.hostname.replace(/\.$/, '').toLowerCase();
  if (isLoopbackHost(host)) return true;
  const port = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port;
  const entries = noProxy.split(',').map((entry) => entry.trim().toLowerCase());
  return entries.some((entry) => entry !== '' && excludes(entry, host, port));
}

function excludes(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const address = canonicalAddress(host);
  if (entry.includes('/')) return address !== undefined && isCidr(entry) && addressRanges([entry]).contains(address);
  const { name, port: entryPort } = splitPort(entry);
  if (entryPort !== undefined && entryPort !== port) return false;
  if (address !== undefined) return canonicalAddress(name) === address;
  // `.example.com` and `*.example.com` match subdomains only. `example.com` also matches the domain itself.
  const domain = name.replace(/^\*?\./, '');
  return host.endsWith(`.${domain}`) || (domain === name && host === name);
}

function splitPort(entry: string): { readonly name: string; readonly port?: string } {
  const match = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry);
  return match === null ? { name: entry } : { name: match[1] ?? '', port: match[2] ?? '' };
}
