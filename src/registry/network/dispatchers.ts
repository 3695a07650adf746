import { createHash } from 'node:crypto';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { LRUCache } from 'lru-cache';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { AddressGuard } from './address-guard.ts';
import type { ResolveHost } from './dns.ts';
import { guardedLookup } from './guarded-lookup.ts';

/** How to connect to a host. Hosts with equal routes share connections. */
export interface Route {
  readonly skipVerify: boolean;
  /** PEM texts of CAs that are trusted in addition to those of the system. */
  readonly ca: readonly string[];
  /** PEM texts of client certificates with their keys. */
  readonly client: readonly { readonly cert: string; readonly key: string }[];
  /** True if loopback addresses are allowed, because the host is one. */
  readonly loopback: boolean;
  /** Time limit to connect, including TLS, in ms. */
  readonly connectMs: number;
}

/** Returns the route without its client certificates, for a host that they are not meant for. */
export function withoutClientCertificate(route: Route): Route {
  return route.client.length === 0 ? route : { ...route, client: [] };
}

export interface DispatcherOptions {
  readonly guard: AddressGuard;
  readonly resolveHost: ResolveHost;
  /** Time limit from the end of the request to the end of the response headers, in ms. */
  readonly headersMs: number;
  /** Time limit between two parts of a body, in ms. */
  readonly stallMs: number;
  /** Called with the number of open connections each time that it changes. */
  readonly onConnections?: (open: number) => void;
}

/** The connections to an origin. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  /**
   * How many connections were attempted so far. If the number does not change during a request, the request used a
   * connection that was already open.
   */
  readonly connects: number;
}

export interface Dispatchers {
  /** Returns the connections to an origin, through `proxy` if it is defined. */
  get(origin: string, route: Route, proxy: URL | undefined): Connections;
  /** Closes all connections. Requests that are still running fail. */
  close(): Promise<void>;
}

/** The maximum number of origins that are remembered. Few have connections, because those are limited too. */
const maxOrigins = 1024;
/**
 * With more open connections than this, those to the origin that was used the longest ago are closed: the idle ones at
 * once, the others after their request.
 */
const maxConnections = 512;
const maxHeaderBytes = 16 * 1024;
/**
 * How long an idle connection stays open, in ms: the images of a workload are checked together. A peer can ask for less,
 * but not for more.
 */
const idleMs = 15_000;

/** Returns the connection pools of undici, one for each combination of origin, route and proxy. */
export function createDispatchers(options: DispatcherOptions): Dispatchers {
  const { guard, resolveHost, headersMs, stallMs, onConnections } = options;
  let open = 0;
  const dispatchers = new LRUCache<string, Connections>({
    max: maxOrigins,
    // `close` and not `destroy`, so that running requests can finish.
    dispose: ({ dispatcher }) => void dispatcher.close().catch(() => undefined),
  });
  const limits = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: headersMs,
    bodyTimeout: stallMs,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
    allowH2: false,
  } as const;

  function direct(route: Route): Dispatcher {
    return new Agent({
      ...limits,
      connect: {
        ...tlsOptions(route),
        lookup: guardedLookup(resolveHost, guard, route.loopback),
        autoSelectFamily: true,
        timeout: route.connectMs,
      },
    });
  }

  /** The operator chose the proxy, so it may have any address. `createSend` checks the name of the requested host. */
  function throughProxy(route: Route, uri: string): Dispatcher {
    return new ProxyAgent({
      ...limits,
      uri,
      proxyTls: { lookup: guardedLookup(resolveHost, { mayDial: () => true }, true) },
      requestTls: tlsOptions(route),
      connectTimeout: route.connectMs,
      proxyTunnel: false,
    });
  }

  function changeOpen(by: 1 | -1): void {
    open += by;
    onConnections?.(open);
    // The removal closes the connections. The pool in use was just moved to the other end.
    if (by === 1 && open > maxConnections && dispatchers.size > 1) dispatchers.pop();
  }

  function counted(dispatcher: Dispatcher): Connections {
    const connections = { dispatcher, connects: 0 };
    const count = (): void => {
      connections.connects += 1;
    };
    dispatcher.on('connect', count).on('connectionError', count);
    dispatcher.on('connect', () => changeOpen(1)).on('disconnect', () => changeOpen(-1));
    return connections;
  }

  return {
    get(origin, route, proxy) {
      const key = `${origin} ${keyOf(route, proxy)}`;
      const existing = dispatchers.get(key);
      if (existing !== undefined) return existing;
      const created = counted(proxy === undefined ? direct(route) : throughProxy(route, proxy.href));
      dispatchers.set(key, created);
      return created;
    },
    async close() {
      const all = [...dispatchers.values()];
      await Promise.all(all.map(({ dispatcher }) => dispatcher.destroy()));
      dispatchers.clear();
    },
  };
}

interface TlsOptions {
  readonly rejectUnauthorized: boolean;
  readonly secureContext?: SecureContext;
}

/**
 * All connections of a route share one secure context. To parse a hundred root certificates for each connection would
 * cost more than the request.
 */
function tlsOptions({ skipVerify, ca, client }: Route): TlsOptions {
  if (ca.length === 0 && client.length === 0) return { rejectUnauthorized: !skipVerify };
  const secureContext = createSecureContext({
    ca: [...getCACertificates('default'), ...ca],
    ...(client.length > 0 && { cert: client.map(({ cert }) => cert), key: client.map(({ key }) => key) }),
  });
  return { rejectUnauthorized: !skipVerify, secureContext };
}

function keyOf(route: Route, proxy: URL | undefined): string {
  if (route.ca.length === 0 && route.client.length === 0) return JSON.stringify([route, proxy?.href]);
  // Hash the key, so that no private key stays in memory as part of a map key.
  return createHash('sha256')
    .update(JSON.stringify([route, proxy?.href]))
    .digest('base64url');
}
