import { createHash } from 'node:crypto';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { LRUCache } from 'lru-cache';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { AddressGuard } from './address-guard.ts';
import type { ResolveHost } from './dns.ts';
import { guardedLookup } from './guarded-lookup.ts';

/** How the hosts of one configuration are connected to. */
export interface Route {
  readonly skipVerify: boolean;
  /** PEM texts, trusted beside the system's. */
  readonly ca: readonly string[];
  /** PEM texts of client certificates with their keys. */
  readonly client: readonly { readonly cert: string; readonly key: string }[];
  /** Loopback addresses may be dialled: the operator named one. */
  readonly loopback: boolean;
  /** To connect, TLS included, in ms. */
  readonly connectMs: number;
}

/** A route to a host that is not the one that a client certificate is for. */
export function withoutIdentity(route: Route): Route {
  return route.client.length === 0 ? route : { ...route, client: [] };
}

export interface DispatcherOptions {
  readonly guard: AddressGuard;
  readonly resolveHost: ResolveHost;
  /** From the end of the request to the end of the response's headers, in ms. */
  readonly headersMs: number;
  /** Between two parts of a body, in ms. */
  readonly bodyMs: number;
}

/** The connections for a route. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  /** How many connections were tried so far: a request during which none was went over one that had been kept. */
  readonly connects: number;
}

export interface Dispatchers {
  /** The connections for a route, through a proxy or not. */
  get(route: Route, proxy: URL | undefined): Connections;
  close(): Promise<void>;
}

/** Configurations in use at a time; a cluster has a handful. */
const maxDispatchers = 256;
const maxHeaderBytes = 16 * 1024;
/** Idle connections are kept a while: images of one workload come together, and so do workloads. */
const idleMs = 15_000;

/** undici's connection pools, one set for each configuration of TLS, guard and proxy. */
export function createDispatchers({ guard, resolveHost, headersMs, bodyMs }: DispatcherOptions): Dispatchers {
  const dispatchers = new LRUCache<string, Connections>({
    max: maxDispatchers,
    // Not destroyed: requests that are under way end in their own time.
    dispose: ({ dispatcher }) => void dispatcher.close().catch(() => undefined),
  });
  const limits = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: headersMs,
    bodyTimeout: bodyMs,
    keepAliveTimeout: idleMs,
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

  /** The proxy is the operator's choice: it may be anywhere. What it is asked for is judged by name before. */
  function throughProxy(route: Route, uri: string): Dispatcher {
    return new ProxyAgent({
      ...limits,
      uri,
      proxyTls: { lookup: guardedLookup(resolveHost, { mayDial: () => true, mayName: () => true }, true) },
      requestTls: tlsOptions(route),
      connectTimeout: route.connectMs,
      proxyTunnel: false,
    });
  }

  return {
    get(route, proxy) {
      const key = keyOf(route, proxy);
      const known = dispatchers.get(key);
      if (known !== undefined) return known;
      const made = counted(proxy === undefined ? direct(route) : throughProxy(route, proxy.href));
      dispatchers.set(key, made);
      return made;
    },
    async close() {
      const all = [...dispatchers.values()];
      await Promise.all(all.map(({ dispatcher }) => dispatcher.destroy()));
      dispatchers.clear();
    },
  };
}

function counted(dispatcher: Dispatcher): Connections {
  const connections = { dispatcher, connects: 0 };
  const count = (): void => {
    connections.connects += 1;
  };
  dispatcher.on('connect', count).on('connectionError', count);
  return connections;
}

interface TlsOptions {
  readonly rejectUnauthorized: boolean;
  readonly secureContext?: SecureContext;
}

/** One context for all connections of a route: to parse a hundred root certificates for each would cost more than the request. */
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
  // Hashed: a private key is no part of a Map's key.
  return createHash('sha256')
    .update(JSON.stringify([route, proxy?.href]))
    .digest('base64url');
}
