import { LRUCache } from 'lru-cache';
import type { Clock } from '../../lib/clock.ts';

/** Counts the hosts that a namespace asks for the first time. */
export interface NewHosts {
  /** Whether a namespace may ask a host now: the host counts already, or there is room for one more. */
  readonly mayAsk: (namespace: string, host: string) => boolean;
}

/** How many hosts a namespace may ask for the first time in each window of time, in ms. */
export interface NewHostsOptions {
  readonly clock: Clock;
  readonly perWindow: number;
  readonly windowMs: number;
  /** How many namespaces are remembered. */
  readonly maxNamespaces: number;
}

/** Returns a counter for which no namespace has asked any host. */
export function createNewHosts({ clock, perWindow, windowMs, maxNamespaces }: NewHostsOptions): NewHosts {
  const windows = new LRUCache<string, { readonly until: number; readonly hosts: Set<string> }>({ max: maxNamespaces });

  return {
    mayAsk(namespace, host) {
      const now = clock.now();
      const current = windows.get(namespace);
      const window =
        current !== undefined && now < current.until ? current : { until: now + windowMs, hosts: new Set<string>() };
      if (window !== current) windows.set(namespace, window);
      if (!window.hosts.has(host) && window.hosts.size >= perWindow) return false;
      window.hosts.add(host);
      return true;
    },
  };
}
