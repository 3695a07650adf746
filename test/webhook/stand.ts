/** A webhook server on loopback with a review of the test's own, and a client for it. */
import { EventEmitter, once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest, type AgentOptions, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { createApp } from '../../src/webhook/app.ts';
import type { Check } from '../../src/webhook/readiness.ts';
import type { CertificateSource } from '../../src/webhook/server.ts';
import { clientCheck, type ClientRule } from '../../src/webhook/client-identity.ts';
import { createHandler } from '../../src/webhook/handler.ts';
import { createListener } from '../../src/webhook/listener.ts';
import type { WebhookObserver } from '../../src/webhook/observer.ts';
import type { Decision, Review, Skip } from '../../src/webhook/review.ts';
import { createWebhookServer } from '../../src/webhook/server.ts';
import { createShedding } from '../../src/webhook/shedding.ts';
import { caCertificate, tlsIdentity } from '../support/certificates.ts';

export const allowed: Decision = { allowed: true, warnings: [], auditAnnotations: {}, findings: [] };

export const notChecked: Skip = (_request, reason) => ({
  ...allowed,
  warnings: [`not checked: ${reason}`],
  findings: [{ kind: 'not-checked', action: 'warn' }],
});

/** What an observer heard, a word each. */
export function listen(): { readonly observer: WebhookObserver; readonly heard: string[] } {
  const heard: string[] = [];
  const observer: WebhookObserver = {
    decided: (request, _decision, _ms, skipped) => heard.push(`decided ${request.uid} ${skipped ?? 'reviewed'}`),
    rejected: (status, reason) => heard.push(`refused ${status} ${reason}`),
    failed: (cause) => heard.push(`failed ${cause instanceof Error ? cause.message : String(cause)}`),
  };
  return { observer, heard };
}

/** A certificate source whose certificate the test replaces. */
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

export interface StandOptions {
  readonly review?: Review;
  readonly certificates?: CertificateSource;
  readonly client?: ClientRule;
  readonly minVersion?: '1.2' | '1.3';
  readonly maxInFlight?: number;
  readonly lagMs?: () => number;
  readonly closing?: () => boolean;
  readonly checks?: readonly Check[];
  readonly headersTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}

export interface Stand {
  readonly server: Server;
  readonly port: number;
  readonly heard: readonly string[];
}

export async function startStand(t: TestContext, options: StandOptions = {}): Promise<Stand> {
  const { observer, heard } = listen();
  const { client, closing = () => false, headersTimeoutMs = 10_000, requestTimeoutMs = 30_000 } = options;
  const handler = createHandler({
    review: options.review ?? (() => Promise.resolve(allowed)),
    skip: notChecked,
    shedding: createShedding({
      maxInFlight: options.maxInFlight ?? 100,
      maxLagMs: 500,
      lagMs: options.lagMs ?? (() => 0),
    }),
    observer,
    deadlineMs: () => 10_000,
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
      maxConnections: 2_000,
      onCertificateProblem: (cause) => observer.failed(cause),
      headersTimeoutMs,
      requestTimeoutMs,
    },
    createListener({ handler, app, observer, mayAsk: clientCheck(client), closing }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port, heard };
}

/** An agent that trusts the test CA; it goes with the test. */
export async function clientAgent(t: TestContext, options: AgentOptions = {}): Promise<Agent> {
  const agent = new Agent({ keepAlive: true, ca: await caCertificate(), ...options });
  t.after(() => agent.destroy());
  return agent;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asking {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request and its whole answer; rejects where the connection fails. */
export function ask(agent: Agent, port: number, body: string, asking: Asking = {}): Promise<Reply> {
  const { path = '/validate?timeout=10s', method = 'POST', headers = { 'Content-Type': 'application/json' } } = asking;
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

/** The text of an AdmissionReview; `request` replaces or adds fields, undefined takes one out. */
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

/** Clients that ask one review after the other until they are stopped. */
export interface Load {
  /** Waits until that many more were answered. */
  answers(count: number): Promise<void>;
  /** Ends it, and answers what went wrong: every reply other than 200, every broken connection. */
  stop(): Promise<readonly unknown[]>;
}

export function startLoad(agent: Agent, port: number): Load {
  const state = { stopped: false };
  const failures: unknown[] = [];
  const events = new EventEmitter();
  async function client(): Promise<void> {
    while (!state.stopped) {
      const failure = await ask(agent, port, reviewText()).then(
        ({ status }) => (status === 200 ? undefined : status),
        (error: unknown) => error,
      );
      if (failure !== undefined) failures.push(failure);
      events.emit('answer');
    }
  }
  const clients = [client(), client(), client(), client()];
  return {
    async answers(count) {
      for (let answered = 0; answered < count; answered += 1) await once(events, 'answer');
    },
    async stop() {
      state.stopped = true;
      await Promise.all(clients);
      return failures;
    },
  };
}
