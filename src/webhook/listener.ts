import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { rejectRequest, type HttpAnswer } from './http-answer.ts';
import { readBody } from './read-body.ts';
import type { Handler } from './handler.ts';
import type { WebhookObserver } from './observer.ts';

/**
 * Maximum request body, in bytes: two objects of at most 3 MiB each (the limit of the API server), and the fields
 * around them.
 */
export const bodyLimit = 8 * 1024 * 1024;

export interface ListenerOptions {
  readonly handler: Handler;
  /** Answers all other paths. */
  readonly app: RequestListener;
  readonly observer: WebhookObserver;
  /** Whether reviews may be sent to this path. A promise if that must be looked up. */
  readonly isForReviews: (path: string) => boolean | Promise<boolean>;
  /** Whether the client may ask for a review. It checks the client certificate. */
  readonly mayAsk: (request: IncomingMessage) => boolean;
  /** Whether the server is shutting down. If so, each response closes its connection. */
  readonly closing: () => boolean;
}

/**
 * Returns the request listener of the server. Reviews do not go through express, because express halves the number of
 * requests per second and every Pod of the cluster passes through this path. All other paths go to `app`.
 */
export function createListener(options: ListenerOptions): RequestListener {
  const { handler, app, observer, isForReviews, mayAsk, closing } = options;

  async function validate(request: IncomingMessage, search: string, gone: AbortSignal): Promise<HttpAnswer> {
    const rejection = rejectionOf(request, mayAsk);
    if (rejection !== undefined) return reject(rejection);
    const body = await readBody(request, bodyLimit);
    if (body.kind === 'bytes') return handler(body.bytes, new URLSearchParams(search), gone);
    return reject(body.kind === 'too-large' ? tooLarge : incomplete);
  }

  function reject(rejection: HttpAnswer): HttpAnswer {
    observer.rejected(rejection.status, rejection.body.trimEnd());
    return rejection;
  }

  function fail(cause: unknown): HttpAnswer {
    observer.failed(cause);
    return rejectRequest(500, 'internal error');
  }

  async function respond(request: IncomingMessage, response: ServerResponse, search: string): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const { status, contentType, body } = await validate(request, search, gone.signal).catch(fail);
    if (response.destroyed) return;
    // An unread body would block the next request on this connection.
    request.resume();
    if (closing()) response.setHeader('Connection', 'close');
    response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  }

  function answer(request: IncomingMessage, response: ServerResponse, search: string, forReviews: boolean): void {
    if (forReviews) {
      void respond(request, response, search);
      return;
    }
    if (closing()) response.setHeader('Connection', 'close');
    app(request, response);
  }

  function answerAfterLook(request: IncomingMessage, response: ServerResponse, search: string, found: boolean): void {
    if (response.destroyed) return;
    // An API server that asks with an old path would be hard to notice otherwise.
    if (!found && request.method === 'POST') observer.rejected(404, 'not the path in the webhook configuration');
    answer(request, response, search, found);
  }

  return (request, response) => {
    const [path = '', search = ''] = (request.url ?? '').split('?', 2);
    const forReviews = isForReviews(path);
    if (typeof forReviews === 'boolean') answer(request, response, search, forReviews);
    else void forReviews.then((found) => answerAfterLook(request, response, search, found));
  };
}

const tooLarge = rejectRequest(413, `the body is larger than ${bodyLimit} bytes`);
const incomplete = rejectRequest(400, 'the body is incomplete');

function rejectionOf(request: IncomingMessage, mayAsk: (request: IncomingMessage) => boolean): HttpAnswer | undefined {
  if (request.method !== 'POST') return rejectRequest(405, 'only POST is allowed');
  if (!mayAsk(request)) return rejectRequest(403, 'the client certificate of the API server is required');
  const mediaType = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') return rejectRequest(415, 'the Content-Type must be application/json');
  return Number(request.headers['content-length']) > bodyLimit ? tooLarge : undefined;
}
