import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { rejectRequest, type HttpAnswer } from './http-answer.ts';
import { readBody } from './read-body.ts';
import type { Handler } from './handler.ts';
import type { WebhookObserver } from './observer.ts';

/** Bytes: two objects of etcd's and the API server's limit of 3 MiB each, and what surrounds them. */
export const bodyLimit = 8 * 1024 * 1024;

export interface ListenerOptions {
  readonly handler: Handler;
  /** Answers everything that is not `/validate`. */
  readonly app: RequestListener;
  readonly observer: WebhookObserver;
  /** Whether whoever sent the request may ask for a review: the client certificate. */
  readonly mayAsk: (request: IncomingMessage) => boolean;
  /** Whether connections should be given up: the server is going away. */
  readonly closing: () => boolean;
}

/**
 * `/validate` without a framework, since every Pod of the cluster passes through it and express halves what a server
 * can answer; everything else through express.
 */
export function createListener({ handler, app, observer, mayAsk, closing }: ListenerOptions): RequestListener {
  async function validate(request: IncomingMessage, search: string, gone: AbortSignal): Promise<HttpAnswer> {
    const refusal = refusalOf(request, mayAsk);
    if (refusal !== undefined) return refuse(refusal);
    const body = await readBody(request, bodyLimit);
    if (body.kind === 'bytes') return handler(body.bytes, new URLSearchParams(search), gone);
    return refuse(body.kind === 'too-large' ? tooLarge : brokenOff);
  }

  function refuse(refusal: HttpAnswer): HttpAnswer {
    observer.rejected(refusal.status, refusal.body.trimEnd());
    return refusal;
  }

  function fail(cause: unknown): HttpAnswer {
    observer.failed(cause);
    return rejectRequest(500, 'failed');
  }

  async function respond(request: IncomingMessage, response: ServerResponse, search: string): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const { status, contentType, body } = await validate(request, search, gone.signal).catch(fail);
    if (response.destroyed) return;
    // A body that was not read would keep the connection from its next request.
    request.resume();
    if (closing()) response.setHeader('Connection', 'close');
    response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  }

  return (request, response) => {
    const [path, search = ''] = (request.url ?? '').split('?', 2);
    if (path === '/validate') {
      void respond(request, response, search);
      return;
    }
    if (closing()) response.setHeader('Connection', 'close');
    app(request, response);
  };
}

const tooLarge = rejectRequest(413, `the body is over ${bodyLimit} bytes`);
const brokenOff = rejectRequest(400, 'the body broke off');

function refusalOf(request: IncomingMessage, mayAsk: (request: IncomingMessage) => boolean): HttpAnswer | undefined {
  if (request.method !== 'POST') return rejectRequest(405, 'only POST is answered here');
  if (!mayAsk(request)) return rejectRequest(403, 'a client certificate of the API server is required');
  const mediaType = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') return rejectRequest(415, 'the Content-Type is not application/json');
  return Number(request.headers['content-length']) > bodyLimit ? tooLarge : undefined;
}
