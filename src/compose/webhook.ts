import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config/config.ts';
import type { Namespaces } from '../engine/ports.ts';
import type { Rules } from '../engine/review.ts';
import { kindsWith, type KindOf } from '../engine/workload/workload-kind.ts';
import { errorReason } from '../lib/errno.ts';
import type { Log } from '../observe/log.ts';
import { createMetrics, type Metrics } from '../observe/metrics.ts';
import { watchReviews } from '../observe/reviews.ts';
import { createApp } from '../webhook/app.ts';
import type { CertificateSource } from '../webhook/server.ts';
import { createBodyReader } from '../webhook/body.ts';
import { createCalls } from '../webhook/call.ts';
import { clientCheck, type ClientRule } from '../webhook/client-identity.ts';
import { guardConnections } from '../webhook/connections.ts';
import { createDrain, type Endpoint } from '../webhook/drain.ts';
import { watchEventLoopLag, type EventLoopLag } from '../webhook/event-loop-lag.ts';
import { createHandler } from '../webhook/handler.ts';
import { createListener } from '../webhook/listener.ts';
import type { Check } from '../webhook/readiness.ts';
import { createReviewer, createSkip, type ReviewerOptions } from '../webhook/reviewer.ts';
import { createWebhookServer, timeouts } from '../webhook/server.ts';
import { createShedding } from '../webhook/shedding.ts';

/** The parts that the others report to, so they are created first. */
export interface Observed {
  readonly metrics: Metrics;
  readonly lag: EventLoopLag;
  readonly shedding: ReturnType<typeof createShedding>;
}

/** Creates metrics and load shedding together, because they measure the same values. */
export function observe({ server, registries }: Config, lag: EventLoopLag = watchEventLoopLag()): Observed {
  const shedding = createShedding({ maxInFlight: server.maxInFlight, maxLagMs: server.maxEventLoopLag, lag });
  const metrics = createMetrics({
    hosts: registries.map(({ host }) => host),
    inFlight: () => shedding.inFlight,
    waiting: () => shedding.waiting,
    eventLoopLagMs: () => lag.lagMs(),
  });
  return { metrics, lag, shedding };
}

export interface WebhookOptions extends Observed {
  readonly config: Config;
  readonly rules: () => Rules & Pick<Config, 'workloads'>;
  readonly deadlineMs: () => number;
  readonly check: ReviewerOptions['check'];
  readonly namespaces: Namespaces;
  readonly onLetThrough: ReviewerOptions['onLetThrough'];
  readonly certificates: CertificateSource;
  /** Whether reviews may be sent to this path. A promise if that must be looked up. */
  readonly isForReviews: (path: string) => boolean | Promise<boolean>;
  readonly client?: ClientRule;
  /** Further checks for /readyz, besides the server's own state. */
  readonly checks: readonly Check[];
  /** Called each time `/readyz` is answered with 200. */
  readonly onReady?: () => void;
  readonly log: Log;
}

export interface Webhook {
  /** The HTTPS port that the server listens on. */
  readonly port: number;
  /** Fails readiness but still serves for a while, then finishes the running requests and closes. */
  drain(): Promise<void>;
}

/** Starts the webhook. Throws an Error with one line if it cannot listen on a port. */
export async function startWebhook(options: WebhookOptions): Promise<Webhook> {
  const { config, rules, metrics, log, certificates, client } = options;
  const { server: settings } = config;
  const observer = watchReviews(log, metrics);
  const drain = createDrain({ serveMs: settings.drain, graceMs: settings.grace });
  const draining: Check = {
    name: 'serving',
    problem: () => (drain.begun ? 'shutting down' : undefined),
    required: true,
  };
  const app = createApp({
    checks: [draining, { name: 'connections', problem: () => crowded(), required: true }, ...options.checks],
    metrics: () => metrics.expose(),
    ...(options.onReady && { onReady: options.onReady }),
    onFailure: (cause) => observer.failed(cause),
  });
  const kindOf: KindOf = (group, kind) => kindsWith(rules().workloads)(group, kind);
  const review = createReviewer({
    rules,
    kindOf,
    check: options.check,
    namespaces: options.namespaces,
    onLetThrough: options.onLetThrough,
  });
  const handler = createHandler({ review, skip: createSkip(rules, kindOf), shedding: options.shedding, observer });
  const listener = createListener({
    handler,
    readBody: createBodyReader(),
    describeCall: createCalls({ deadlineMs: options.deadlineMs, lag: options.lag }),
    app,
    observer,
    isForReviews: options.isForReviews,
    mayAsk: clientCheck(client),
    onCaller: (socket) => connections.trust(socket),
    closing: () => drain.begun,
  });
  const server = createWebhookServer(
    {
      certificates,
      minVersion: config.tls.minVersion,
      ...(client === undefined ? {} : { client }),
      keepAliveMs: settings.keepAlive,
      onCertificateProblem: (err) => log.error({ err }, 'the new certificate cannot be served; the old one is kept'),
    },
    listener,
  );
  const guard = (guarded: Server) =>
    guardConnections(guarded, settings.maxConnections, (what) => metrics.connectionClosed(what));
  const connections = guard(server);
  function crowded(): string | undefined {
    if (connections.refusedMs() > refusalsCountMs) return undefined;
    return `all ${settings.maxConnections} connections are busy, so a new one was refused`;
  }
  const listeners: Listener[] = [{ server, connections, port: settings.port }];
  if (settings.metricsPort !== undefined) {
    const plain = createHttpServer(timeouts, app);
    listeners.push({ server: plain, connections: guard(plain), port: settings.metricsPort });
  }
  const [port = 0, metricsPort] = await listenOnAll(listeners, settings.address);
  // The start blocks the event loop too, but no review waited for it.
  options.lag.restart();
  log.info({ port, metricsPort }, 'listening');
  return { port, drain: () => drain.begin(listeners) };
}

/** How long a refused connection makes the replica not ready, in ms. Two probes of the kubelet notice it. */
const refusalsCountMs = 15_000;

interface Listener extends Endpoint {
  readonly port: number;
}

/** Returns the ports. If one listener fails, closes all of them, because an open one would keep the process alive. */
async function listenOnAll(listeners: readonly Listener[], address: string | undefined): Promise<readonly number[]> {
  const ports: number[] = [];
  try {
    for (const { server, port } of listeners) ports.push(await listen(server, port, address));
  } catch (error) {
    for (const { server } of listeners) server.close();
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
