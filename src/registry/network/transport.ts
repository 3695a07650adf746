import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { AddressGuard } from './address-guard.ts';
import { type Breakage, breakageOf } from './breakage.ts';
import type { Dispatchers, Route } from './dispatchers.ts';
import { createPhasedTimeout } from './phased-timeout.ts';
import { proxyFor, type ProxySettings } from './proxy.ts';

/** Headers of a request, by name. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** One HTTP request, complete. */
export interface HttpRequest {
  /** The registry that it is made for, host and port: realms and redirects lead to where somebody else chose. */
  readonly host: string;
  readonly url: URL;
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly headers: Headers;
  readonly body?: string;
  /** Bytes of the body that are read; a longer one is cut. */
  readonly limit: number;
}

/** An answer whose body was read to its end, or to the limit. */
export interface HttpResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  /** The body went on past the limit. */
  readonly cut: boolean;
}

/** No answer, or none to its end. */
export interface Broken {
  readonly kind: 'broken';
  readonly reason: Breakage;
}

/** `kept`: the connection was one of an earlier request. */
type Attempt = HttpResponse | (Broken & { readonly kept?: boolean });

/** Sends one request and reads its answer. Throws where `signal` aborts, or for a bug. */
export type Send = (request: HttpRequest, route: Route, signal: AbortSignal) => Promise<HttpResponse | Broken>;

export interface TransportOptions {
  readonly dispatchers: Dispatchers;
  readonly guard: AddressGuard;
  readonly proxy: ProxySettings;
  readonly headersMs: number;
  /** For a whole body, in ms: one that drips must end too. */
  readonly bodyMs: number;
}

/** What may be the fault of an earlier exchange on the same connection: the other side hung up, or said more than it was asked. */
const brokenByOthers: ReadonlySet<Breakage> = new Set(['reset', 'protocol']);

/** How often a request is begun anew where a kept connection turns out to be gone: each time that one is done with. */
const maxStale = 3;

/** The one place where requests leave: guarded, by a proxy where one is set, each part of the answer within its time. */
export function createSend({ dispatchers, guard, proxy, headersMs, bodyMs }: TransportOptions): Send {
  async function attempt(request: HttpRequest, route: Route, signal: AbortSignal): Promise<Attempt> {
    signal.throwIfAborted();
    // An address is dialled without a look-up, and behind a proxy there is none: names are judged here, what they resolve to there.
    if (!guard.mayName(request.url.hostname, route.loopback)) return { kind: 'broken', reason: 'address' };
    const via = proxyFor(request.url, proxy);
    const connections = dispatchers.get(route, via);
    const { connects } = connections;
    const timeout = createPhasedTimeout(signal);
    try {
      // undici's own header timeout begins anew with each byte.
      timeout.allow(route.connectMs + headersMs);
      const response = await connections.dispatcher.request({ ...requestOptions(request), signal: timeout.signal });
      timeout.allow(bodyMs);
      const { body, cut } = await readBody(response.body, request.limit);
      return { kind: 'response', status: response.statusCode, headers: response.headers, body, cut };
    } catch (error) {
      signal.throwIfAborted();
      const reason = timeout.exhausted ? 'timeout' : breakageOf(error, via !== undefined);
      if (reason === undefined) throw error;
      return { kind: 'broken', reason, ...(brokenByOthers.has(reason) && { kept: connections.connects === connects }) };
    } finally {
      timeout.end();
    }
  }

  return async function send(request, route, signal) {
    let answer = await attempt(request, route, signal);
    // As Go's net/http (shouldRetryRequest): that the other side hung up on an idle connection says nothing of it.
    for (let stale = 0; stale < maxStale && answer.kind === 'broken' && answer.kept === true; stale += 1) {
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
    // undici gives a connection up after HEAD, lest a body follow all the same. Nearly every question here is a HEAD, and a
    // handshake costs more than the question: what follows unasked breaks a kept connection, which is tried anew.
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
    // Leaving the loop destroys the stream, and with it the connection: the rest is not worth its bytes.
    if (size > limit) return { body: Buffer.concat(chunks).subarray(0, limit), cut: true };
  }
  return { body: Buffer.concat(chunks), cut: false };
}
