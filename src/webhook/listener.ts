import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { rejectRequest, type HttpAnswer } from './http-answer.ts';
import type { NoBody, ReadBody } from './body.ts';
import type { DescribeCall } from './call.ts';
import type { Handler } from './handler.ts';
import { bodyLimit } from './memory.ts';
import type { WebhookObserver } from './observer.ts';

export interface ListenerOptions {
  readonly handler: Handler;
  readonly readBody: ReadBody;
  readonly describeCall: DescribeCall;
  /** Answers all other paths. */
  readonly app: RequestListener;
  readonly observer: WebhookObserver;
  /** Whether reviews may be sent to this path. A promise if that must be looked up. */
  readonly isForReviews: (path: string) => boolean | Promise<boolean>;
  /** Whether the client may ask for a review. It checks the client certificate. */
  readonly mayAsk: (request: IncomingMessage) => boolean;
  /** Called with the connection of each request that may ask for a review. */
  readonly onCaller: (socket: Socket) => void;
  /** Whether the server is shutting down. If so, each response closes its connection. */
  readonly closing: () => boolean;
}

/**
 * Returns the request listener of the server. Reviews do not go through express, because express halves the number of
 * requests per second and every Pod of the cluster passes through this path. All other paths go to `app`.
 */
export function createListener(options: ListenerOptions): RequestListener {
  const { handler, readBody, describeCall, app, observer, isForReviews, mayAsk, onCaller, closing } = options;

  async function validate(request: IncomingMessage, search: string, gone: AbortSignal): Promise<HttpAnswer> {
    const rejection = rejectionOf(request, mayAsk);
    if (rejection !== undefined) return reject(rejection);
    onCaller(request.socket);
    const call = describeCall(search, gone);
    const body = await readBody(request, call);
    if (typeof body === 'string') return reject(withoutBody[gone.aborted ? 'incomplete' : body]);
    try {
      return await handler(body, call);
    } finally {
      body.drop();
    }
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

/**
 * The answers to requests without a body that can be read. Without a body, the uid and the policy are unknown, so the
 * answer is an error, and the failurePolicy of the webhook decides: `Ignore` admits the object, `Fail` denies it.
 */
const withoutBody: Readonly<Record<NoBody, HttpAnswer>> = {
  'too-large': rejectRequest(413, `the body is larger than ${bodyLimit} bytes`),
  incomplete: rejectRequest(400, 'the body is incomplete'),
  slow: rejectRequest(408, 'the body did not arrive in time'),
  'no-room': rejectRequest(503, 'no memory for the body: too many requests'),
};

function rejectionOf(request: IncomingMessage, mayAsk: (request: IncomingMessage) => boolean): HttpAnswer | undefined {
  if (request.method !== 'POST') return rejectRequest(405, 'only POST is allowed');
  if (!mayAsk(request)) return rejectRequest(403, 'the client certificate of the API server is required');
  const mediaType = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') return rejectRequest(415, 'the Content-Type must be application/json');
  return undefined;
}
