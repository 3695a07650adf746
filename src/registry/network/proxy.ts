import { isLoopbackHost } from '../../engine/hosts/loopback.ts';
import { addressRanges, canonicalAddress, isCidr } from '../../lib/address.ts';

/** The proxy variables of the environment: URLs, and the list of hosts that are reached without. */
export interface ProxySettings {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

/**
 * The proxy for a request to `target`; undefined: none. Loopback hosts never have one. Mirrors
 * golang.org/x/net/http/httpproxy, which containerd goes by: the two schemes' proxies do not stand in for each other.
 */
export function proxyFor(target: URL, settings: ProxySettings): URL | undefined {
  const proxy = target.protocol === 'https:' ? settings.httpsProxy : settings.httpProxy;
  if (proxy === undefined || proxy === '' || isExcluded(target, settings.noProxy ?? '')) return undefined;
  return URL.parse(proxy.includes('://') ? proxy : `http://${proxy}`) ?? undefined;
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
  const { name, port: only } = splitPort(entry);
  if (only !== undefined && only !== port) return false;
  if (address !== undefined) return canonicalAddress(name) === address;
  // `.example.com` and `*.example.com` leave the apex out, `example.com` takes it in.
  const apex = name.replace(/^\*?\./, '');
  return host.endsWith(`.${apex}`) || (apex === name && host === name);
}

function splitPort(entry: string): { readonly name: string; readonly port?: string } {
  const match = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry);
  return match === null ? { name: entry } : { name: match[1] ?? '', port: match[2] ?? '' };
}
