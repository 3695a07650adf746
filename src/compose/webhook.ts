import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config/config.ts';
import type { Namespaces } from '../engine/ports.ts';
import type { Rules } from '../engine/review.ts';
import { errorReason } from '../lib/errno.ts';
import type { Log } from '../observe/log.ts';
import { createMetrics, type Metrics } from '../observe/metrics.ts';
import { watchReviews } from '../observe/reviews.ts';
import { createApp } from '../webhook/app.ts';
import type { CertificateSource } from '../webhook/server.ts';
import { clientCheck, type ClientRule } from '../webhook/client-identity.ts';
import { createDrain } from '../webhook/drain.ts';
import { watchEventLoopLag } from '../webhook/event-loop-lag.ts';
import { createHandler } from '../webhook/handler.ts';
import { createListener } from '../webhook/listener.ts';
import type { Check } from '../webhook/readiness.ts';
import { createReviewer, createSkip, type ReviewerOptions } from '../webhook/reviewer.ts';
import { createWebhookServer } from '../webhook/server.ts';
import { createShedding } from '../webhook/shedding.ts';

/** What the server part of the webhook stands on; `metrics` come first, since the other parts report to them. */
export interface Observed {
  readonly metrics: Metrics;
  readonly shedding: ReturnType<typeof createShedding>;
}

/** Metrics and shedding: the one measures what the other decides by. */
export function observe({ server, registries }: Config): Observed {
  const lag = watchEventLoopLag();
  const lagMs = () => lag.lagMs();
  const shedding = createShedding({ maxInFlight: server.maxInFlight, maxLagMs: server.maxEventLoopLag, lagMs });
  const metrics = createMetrics({
    hosts: registries.map(({ host }) => host),
    inFlight: () => shedding.inFlight,
    eventLoopLagMs: lagMs,
  });
  return { metrics, shedding };
}

export interface WebhookOptions extends Observed {
  readonly config: Config;
  readonly rules: () => Rules;
  readonly deadlineMs: () => number;
  readonly check: ReviewerOptions['check'];
  readonly namespaces: Namespaces;
  readonly onLetThrough: ReviewerOptions['onLetThrough'];
  readonly certificates: CertificateSource;
  readonly client?: ClientRule;
  /** What /readyz says beside the server's own state. */
  readonly checks: readonly Check[];
  readonly log: Log;
}

export interface Webhook {
  /** The HTTPS port that is listened on. */
  readonly port: number;
  /** Serves on while readiness fails, finishes what is in flight, and closes. */
  drain(): Promise<void>;
}

/** The webhook, listening. Throws with a line for people where a port cannot be had. */
export async function startWebhook(options: WebhookOptions): Promise<Webhook> {
  const { config, rules, metrics, log, certificates, client } = options;
  const { server: how } = config;
  const observer = watchReviews(log, metrics);
  const drain = createDrain({ serveMs: how.drain, graceMs: how.grace });
  const draining: Check = {
    name: 'serving',
    problem: () => (drain.begun ? 'shutting down' : undefined),
    required: true,
  };
  const app = createApp({
    checks: [draining, ...options.checks],
    metrics: () => metrics.expose(),
    onFailure: (cause) => observer.failed(cause),
  });
  const review = createReviewer({
    rules,
    check: options.check,
    namespaces: options.namespaces,
    onLetThrough: options.onLetThrough,
  });
  const handler = createHandler({
    review,
    skip: createSkip(rules),
    shedding: options.shedding,
    observer,
    deadlineMs: options.deadlineMs,
  });
  const listener = createListener({ handler, app, observer, mayAsk: clientCheck(client), closing: () => drain.begun });
  const server = createWebhookServer(
    {
      certificates,
      minVersion: config.tls.minVersion,
      ...(client === undefined ? {} : { client }),
      keepAliveMs: how.keepAlive,
      maxConnections: how.maxConnections,
      onCertificateProblem: (err) => log.error({ err }, 'the new certificate cannot be served; the old one is kept'),
    },
    listener,
  );
  const doors: Door[] = [{ server, port: how.port }];
  if (how.metricsPort !== undefined) {
    const plain = createHttpServer(app);
    plain.maxConnections = how.maxConnections;
    doors.push({ server: plain, port: how.metricsPort });
  }
  const [port = 0, metricsPort] = await open(doors, how.address);
  log.info({ port, metricsPort }, 'listening');
  return { port, drain: () => drain.begin(doors.map(({ server }) => server)) };
}

interface Door {
  readonly server: Server;
  readonly port: number;
}

/** The ports that are listened on; where one door cannot be opened, none stays open: it would keep the process alive. */
async function open(doors: readonly Door[], address: string | undefined): Promise<readonly number[]> {
  const ports: number[] = [];
  try {
    for (const { server, port } of doors) ports.push(await listen(server, port, address));
  } catch (error) {
    for (const { server } of doors) server.close();
    throw error;
  }
  return ports;
}

async function listen(server: Server, port: number, address: string | undefined): Promise<number> {
  server.listen(port, address);
  try {
    await once(server, 'listening');
  } catch (error) {
    const place = address === undefined ? `port ${port}` : `port ${port} of ${address}`;
    throw new Error(`cannot listen on ${place} (${errorReason(error)})`, { cause: error });
  }
  return (server.address() as AddressInfo).port;
}
