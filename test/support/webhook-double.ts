import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority, issueLeaf } from '../../src/tls/issue.ts';

/** The fields of an AdmissionReview request that tests read. */
export interface Call {
  readonly uid: string;
  readonly operation: string;
  readonly subResource?: string;
  readonly resource: { readonly resource: string };
  readonly namespace: string;
  readonly name?: string;
}

/** A webhook that allows everything and records the requests. */
export interface WebhookDouble extends AsyncDisposable {
  readonly url: string;
  readonly ca: string;
  /** The requests since the last call of `takeCalls`. */
  takeCalls(): readonly Call[];
}

/** Starts a webhook double on loopback. */
export async function webhookDouble(): Promise<WebhookDouble> {
  const validity = { now: Date.now(), lifetimeMs: 86_400_000 };
  const authority = await createAuthority(validity);
  const certificate = await issueLeaf(authority, { ...validity, names: ['127.0.0.1'] });
  const calls: Call[] = [];
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray()).toString('utf8');
    const review = JSON.parse(body) as { readonly request: Call };
    calls.push(review.request);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ...review, response: { uid: review.request.uid, allowed: true } }));
  }

  const server = createServer(certificate, (request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/validate`,
    ca: authority.cert,
    takeCalls: () => calls.splice(0),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
