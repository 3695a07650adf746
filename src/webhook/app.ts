import express, { type ErrorRequestHandler, type Express } from 'express';
import { readiness, type Check } from './readiness.ts';

export interface AppOptions {
  readonly checks: readonly Check[];
  /** The metrics in Prometheus' text format. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly onFailure: (cause: unknown) => void;
}

/** What people, probes and Prometheus ask for. */
export function createApp({ checks, metrics, onFailure }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/healthz', (_request, response) => {
    response.type('text/plain').send('ok\n');
  });
  app.get('/readyz', (_request, response) => {
    const { ready, text } = readiness(checks);
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
  // Express' own would print the stack to whoever asks. It knows a handler of errors by its four parameters.
  const answerFailure: ErrorRequestHandler = (cause, _request, response, _next) => {
    onFailure(cause);
    response.status(500).type('text/plain').send('failed\n');
  };
  app.use(answerFailure);
  return app;
}
