import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { AddressGuard } from './address-guard.ts';
import type { FairGate } from '../../lib/fair-gate.ts';
import { readBody } from './body.ts';
import { type Breakage, breakageOf } from './breakage.ts';
import type { Dispatchers, Route } from './dispatchers.ts';
import { createPhasedTimeout } from './phased-timeout.ts';
import { proxyFor, type ProxySettings } from './proxy.ts';

/** The headers of a request, by name. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** One HTTP request. */
export interface HttpRequest {
  /** Host and port of the registry that the request is for. The URL of a realm or redirect can have another host. */
  readonly host: string;
  readonly url: URL;
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly headers: Headers;
  readonly body?: string;
  /** The maximum number of body bytes to read. A longer body is cut. */
  readonly limit: number;
  /** The namespace that the request is for. The namespaces share the memory for bodies. */
  readonly namespace?: string;
}

/** A response. Its body was read to the end or to the limit. */
export interface HttpResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  /** True if the body was longer than the limit. */
  readonly cut: boolean;
}

/** There was no response, or it broke off. */
export interface Broken {
  readonly kind: 'broken';
  readonly reason: Breakage;
  /** Set if there was a connection, so that the request may have reached the host. */
  readonly connected?: true;
}

/** `reused`: an earlier request had used the connection. */
type Attempt = HttpResponse | (Broken & { readonly reused?: boolean });

/** Sends one request and reads its response. Throws if `signal` aborts, or for a bug. */
export type Send = (request: HttpRequest, route: Route, signal: AbortSignal) => Promise<HttpResponse | Broken>;

export interface TransportOptions {
  readonly dispatchers: Dispatchers;
  readonly guard: AddressGuard;
  readonly proxy: ProxySettings;
  /** Time limit from the connection to the end of the response headers, in ms. */
  readonly headersMs: number;
  /** Time limit for a whole body, in ms. It also ends a body that arrives byte by byte. */
  readonly bodyMs: number;
  /** The room for large bodies, in bytes. */
  readonly bodies: FairGate;
}

/**
 * Breakages that an earlier exchange on the same connection may have caused: the server closed the connection, or sent
 * more than its response.
 */
const causedByReuse: ReadonlySet<Breakage> = new Set(['reset', 'protocol']);

/** How often a request is repeated after it broke on a reused connection. */
const maxRepeats = 3;

/**
 * Returns the only function that sends requests. It checks the address guard, uses the proxy if one is configured, and
 * limits the time for each part of the response.
 */
export function createSend({ dispatchers, guard, proxy, headersMs, bodyMs, bodies }: TransportOptions): Send {
  async function attempt(request: HttpRequest, route: Route, signal: AbortSignal): Promise<Attempt> {
    signal.throwIfAborted();
    // Check the host here, because there is no lookup for an address or behind a proxy. The lookup checks what a name
    // resolves to.
    if (!guard.mayName(request.url.hostname, route.loopback)) return { kind: 'broken', reason: 'address' };
    const via = proxyFor(request.url, proxy);
    if (via !== undefined && !guard.mayPass(request.url.hostname)) return { kind: 'broken', reason: 'address' };
    const connections = dispatchers.get(request.url.origin, route, via);
    const { connects } = connections;
    const timeout = createPhasedTimeout(signal);
    const state = { connected: false, waitsForRoom: false };
    const started = (): void => {
      state.connected = true;
    };

    async function enter(bytes: number): ReturnType<FairGate['enter']> {
      state.waitsForRoom = true;
      const leave = await bodies.enter(request.namespace ?? '', timeout.signal, bytes);
      state.waitsForRoom = false;
      return leave;
    }

    try {
      // The header timeout of undici starts again with each byte.
      timeout.allow(route.connectMs + headersMs);
      const dispatcher = connections.dispatcher.compose(notingStart(started));
      const { statusCode, headers, body } = await dispatcher.request({
        ...requestOptions(request),
        signal: timeout.signal,
      });
      timeout.allow(bodyMs);
      const read = await readBody(body, { limit: request.limit, announced: lengthIn(headers), enter });
      if (read === undefined) return { kind: 'broken', reason: 'overload' };
      return { kind: 'response', status: statusCode, headers, ...read };
    } catch (error) {
      signal.throwIfAborted();
      const late = state.waitsForRoom ? 'overload' : 'timeout';
      const reason = timeout.exhausted ? late : breakageOf(error, via !== undefined);
      if (reason === undefined) throw error;
      return {
        kind: 'broken',
        reason,
        ...(state.connected && { connected: true }),
        ...(causedByReuse.has(reason) && { reused: connections.connects === connects }),
      };
    } finally {
      timeout.end();
    }
  }

  return async function send(request, route, signal) {
    let answer = await attempt(request, route, signal);
    // Like shouldRetryRequest of Go 1.26 (net/http): a server that closed an idle connection may still be fine.
    for (let repeats = 0; repeats < maxRepeats && answer.kind === 'broken' && answer.reused === true; repeats += 1) {
      answer = await attempt(request, route, signal);
    }
    if (answer.kind === 'response') return answer;
    const { reused: _, ...broken } = answer;
    return broken;
  };
}

function requestOptions({ url, method, headers, body }: HttpRequest): Dispatcher.RequestOptions {
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers: headers as Record<string, string | string[]>,
    body: body ?? null,
    // By default, undici closes a connection after HEAD, because a server may send a body against the rules. Nearly
    // every request here is a HEAD, and a TLS handshake costs more than a request, so keep the connection. If such a
    // body arrives, it breaks the next request, which is then repeated.
    reset: false,
  };
}

/** Calls `started` as soon as there is a connection for the request. */
function notingStart(started: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart(controller, context) {
        started();
        handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
      onResponseStart: (...args) => handler.onResponseStart?.(...args),
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
      onResponseError: (...args) => handler.onResponseError?.(...args),
    });
}

/** The length that the headers of a response announce. HTTP ignores it if the body comes in chunks. */
function lengthIn(headers: IncomingHttpHeaders): number | undefined {
  const length = Number(headers['transfer-encoding'] === undefined ? headers['content-length'] : undefined);
  return length > 0 ? length : undefined;
}
