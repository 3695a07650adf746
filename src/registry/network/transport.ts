import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { AddressGuard } from './address-guard.ts';
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
export function createSend({ dispatchers, guard, proxy, headersMs, bodyMs }: TransportOptions): Send {
  async function attempt(request: HttpRequest, route: Route, signal: AbortSignal): Promise<Attempt> {
    signal.throwIfAborted();
    // Check the host here, because there is no lookup for an address or behind a proxy. The lookup checks what a name
    // resolves to.
    if (!guard.mayName(request.url.hostname, route.loopback)) return { kind: 'broken', reason: 'address' };
    const via = proxyFor(request.url, proxy);
    if (via !== undefined && !guard.mayPass(request.url.hostname)) return { kind: 'broken', reason: 'address' };
    const connections = dispatchers.get(route, via);
    const { connects } = connections;
    const timeout = createPhasedTimeout(signal);
    try {
      // The header timeout of undici starts again with each byte.
      timeout.allow(route.connectMs + headersMs);
      const response = await connections.dispatcher.request({ ...requestOptions(request), signal: timeout.signal });
      timeout.allow(bodyMs);
      const { body, cut } = await readBody(response.body, request.limit);
      return { kind: 'response', status: response.statusCode, headers: response.headers, body, cut };
    } catch (error) {
      signal.throwIfAborted();
      const reason = timeout.exhausted ? 'timeout' : breakageOf(error, via !== undefined);
      if (reason === undefined) throw error;
      return {
        kind: 'broken',
        reason,
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
    return answer.kind === 'broken' ? { kind: 'broken', reason: answer.reason } : answer;
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

async function readBody(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ readonly body: Uint8Array; readonly cut: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    chunks.push(chunk);
    // Leaving the loop destroys the stream and its connection, so that the rest is not downloaded.
    if (size > limit) return { body: Buffer.concat(chunks).subarray(0, limit), cut: true };
  }
  return { body: Buffer.concat(chunks), cut: false };
}
