/** A webhook server on loopback with a review from the test, and a client for it. */
import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest, type AgentOptions, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { createApp } from '../../src/webhook/app.ts';
import type { Check } from '../../src/webhook/readiness.ts';
import type { CertificateSource } from '../../src/webhook/server.ts';
import { createBodyReader } from '../../src/webhook/body.ts';
import { createCalls } from '../../src/webhook/call.ts';
import { clientCheck, type ClientRule } from '../../src/webhook/client-identity.ts';
import { guardConnections, type Connections } from '../../src/webhook/connections.ts';
import type { Endpoint } from '../../src/webhook/drain.ts';
import type { EventLoopLag } from '../../src/webhook/event-loop-lag.ts';
import { createHandler } from '../../src/webhook/handler.ts';
import { createListener } from '../../src/webhook/listener.ts';
import type { WebhookObserver } from '../../src/webhook/observer.ts';
import type { Decision, Review, Skip } from '../../src/webhook/review.ts';
import { createWebhookServer } from '../../src/webhook/server.ts';
import { createShedding } from '../../src/webhook/shedding.ts';
import { caCertificate, tlsIdentity } from '../support/certificates.ts';

/** A decision that allows a request without warnings. */
export const allowed: Decision = { allowed: true, warnings: [], auditAnnotations: {}, findings: [] };

/** Answers with a warning that has the reason. */
export const notChecked: Skip = (_request, reason) => ({
  ...allowed,
  warnings: [`not checked: ${reason}`],
  findings: [{ kind: 'not-checked', action: 'warn' }],
});

/** Returns a measurement that is always `ms`. */
export function constantLag(ms: number): Pick<EventLoopLag, 'lagMs' | 'sustainedMs'> {
  return { lagMs: () => ms, sustainedMs: () => ms };
}

/** Returns an observer, and the list that it adds one line per event to. */
export function recordEvents(): { readonly observer: WebhookObserver; readonly events: string[] } {
  const events: string[] = [];
  const observer: WebhookObserver = {
    decided: (request, _decision, _ms, skipped) => events.push(`decided ${request.uid} ${skipped ?? 'reviewed'}`),
    rejected: (status, reason) => events.push(`rejected ${status} ${reason}`),
    failed: (cause) => events.push(`failed ${cause instanceof Error ? cause.message : String(cause)}`),
  };
  return { observer, events };
}

/** Returns a certificate source whose certificate the test can replace. */
export async function replaceable(): Promise<
  CertificateSource & { replace: (next: { key: string; cert: string }) => void }
> {
  let pair = await tlsIdentity('trusted');
  const listeners = new Set<() => void>();
  return {
    current: () => pair,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    replace(next) {
      pair = next;
      for (const listener of listeners) listener();
    },
  };
}

export interface TestServerOptions {
  readonly review?: Review;
  readonly certificates?: CertificateSource;
  readonly client?: ClientRule;
  /** Default: only `/validate`. */
  readonly isForReviews?: (path: string) => boolean | Promise<boolean>;
  readonly minVersion?: '1.2' | '1.3';
  readonly maxInFlight?: number;
  readonly maxConnections?: number;
  readonly lag?: Pick<EventLoopLag, 'lagMs' | 'sustainedMs'>;
  readonly closing?: () => boolean;
  readonly checks?: readonly Check[];
  readonly headersTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}

/** `events` has one line for each event that the observer received. */
export interface TestServer extends Endpoint {
  readonly server: Server;
  readonly connections: Connections;
  readonly port: number;
  readonly events: readonly string[];
}

/** Starts a server with `options`, and stops it after the test. */
export async function startTestServer(t: TestContext, options: TestServerOptions = {}): Promise<TestServer> {
  const { observer, events } = recordEvents();
  const { client, closing = () => false, headersTimeoutMs = 10_000, requestTimeoutMs = 30_000 } = options;
  const { isForReviews = (path) => path === '/validate' } = options;
  const handler = createHandler({
    review: options.review ?? (() => Promise.resolve(allowed)),
    skip: notChecked,
    shedding: createShedding({
      maxInFlight: options.maxInFlight ?? 100,
      maxLagMs: 500,
      lag: options.lag ?? constantLag(0),
    }),
    observer,
  });
  const app = createApp({
    checks: options.checks ?? [],
    metrics: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4', text: 'pullgate_up 1\n' }),
    onFailure: (cause) => observer.failed(cause),
  });
  const server = createWebhookServer(
    {
      certificates: options.certificates ?? (await replaceable()),
      minVersion: options.minVersion ?? '1.3',
      ...(client === undefined ? {} : { client }),
      keepAliveMs: 120_000,
      onCertificateProblem: (cause) => observer.failed(cause),
      headersTimeoutMs,
      requestTimeoutMs,
    },
    createListener({
      handler,
      readBody: createBodyReader(),
      describeCall: createCalls({ deadlineMs: () => 10_000, lag: options.lag ?? constantLag(0) }),
      app,
      observer,
      isForReviews,
      mayAsk: clientCheck(client),
      onCaller: (socket) => connections.trust(socket),
      closing,
    }),
  );
  const connections = guardConnections(server, options.maxConnections ?? 2_000, (what) =>
    events.push(`closed ${what}`),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, connections, port: (server.address() as AddressInfo).port, events };
}

/** Returns an agent that trusts the test CA, and destroys it after the test. */
export async function clientAgent(t: TestContext, options: AgentOptions = {}): Promise<Agent> {
  const agent = new Agent({ keepAlive: true, ca: await caCertificate(), ...options });
  t.after(() => agent.destroy());
  return agent;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface RequestOptions {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request and returns the whole response. Rejects if the connection fails. */
export function send(agent: Agent, port: number, body: string, options: RequestOptions = {}): Promise<HttpResponse> {
  const { path = '/validate?timeout=10s', method = 'POST', headers = { 'Content-Type': 'application/json' } } = options;
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ agent, host: '127.0.0.1', port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Opens a TLS connection, and closes it after the test. Rejects if the handshake fails. */
export async function rawSocket(t: TestContext, port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ca: await caCertificate(), ...options });
  t.after(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

/** Returns the JSON of an AdmissionReview. `request` replaces or adds fields; the value undefined removes a field. */
export function reviewText(
  request: Readonly<Record<string, unknown>> = {},
  apiVersion = 'admission.k8s.io/v1',
): string {
  return JSON.stringify({
    apiVersion,
    kind: 'AdmissionReview',
    request: {
      uid: 'u1',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      namespace: 'default',
      name: 'web',
      operation: 'CREATE',
      object: { spec: { containers: [{ name: 'web', image: 'a' }] } },
      ...request,
    },
  });
}
