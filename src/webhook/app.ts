import express, { type ErrorRequestHandler, type Express } from 'express';
import { readiness, type Check } from './readiness.ts';

export interface AppOptions {
  readonly checks: readonly Check[];
  /** Returns the metrics in the Prometheus text format. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** Called each time `/readyz` is answered with 200. */
  readonly onReady?: () => void;
  readonly onFailure: (cause: unknown) => void;
}

/** Returns the express app for `/healthz`, `/readyz` and `/metrics`. A response never contains the cause of a failure. */
export function createApp({ checks, metrics, onReady, onFailure }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/healthz', (_request, response) => {
    response.type('text/plain').send('ok\n');
  });
  app.get('/readyz', (_request, response) => {
    const { ready, text } = readiness(checks);
    if (ready) onReady?.();
    response
      .status(ready ? 200 : 503)
      .type('text/plain')
      .send(text);
  });
  app.get('/metrics', async (_request, response) => {
    const { contentType, text } = await metrics();
    response.set('Content-Type', contentType).send(text);
  });
  app.use((_request, response) => {
    response.status(404).type('text/plain').send('not found\n');
  });
  // The default error handler of express sends the stack to the client. Express recognizes an error handler by its
  // four parameters.
  const answerFailure: ErrorRequestHandler = (cause, _request, response, _next) => {
    onFailure(cause);
    response.status(500).type('text/plain').send('internal error\n');
  };
  app.use(answerFailure);
  return app;
}
