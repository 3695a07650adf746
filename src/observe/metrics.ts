import { collectDefaultMetrics, Registry } from 'prom-client';
import type { FindingKind } from '../engine/finding.ts';
import type { Action } from '../engine/policy/policy.ts';
import { createHostLabels } from './host-labels.ts';
import { createInstruments } from './instruments.ts';
import { statusLabel } from './status-label.ts';

export interface MetricsOptions {
  /** Registries that always have their own label value. */
  readonly hosts?: readonly string[];
  readonly inFlight: () => number;
  /** The number of reviews that wait for a place. */
  readonly waiting: () => number;
  readonly eventLoopLagMs: () => number;
}

export type VerdictLabel = 'allowed' | 'warned' | 'denied';

export type CacheEvent = 'hit' | 'miss' | 'joined' | 'stale' | 'evicted';

export type BreakerScope = 'host' | 'namespace' | 'repository';

export type BreakerState = 'closed' | 'half-open' | 'open';

/**
 * How the recheck of an object ended. `gone`: the object was deleted. `superseded`: the object changed. `dropped`: too
 * many objects waited, or the process stopped. `error`: a bug, or a timeout.
 */
export type RecheckOutcome = 'healed' | 'failing' | 'gone' | 'superseded' | 'dropped' | 'error';

/** One HTTP exchange with a registry or a token server. `failure`: why there is no status. */
export interface ObservedExchange {
  readonly host: string;
  readonly status?: number;
  readonly failure?: string;
  readonly ms: number;
}

/** The metrics, with one method for each kind of event. Durations are in ms, times in ms since 1970. */
export interface Metrics {
  /** Counts an answered AdmissionReview. `skipped`: why it was answered without a review. */
  reviewed(
    verdict: VerdictLabel,
    findings: readonly { readonly kind: FindingKind; readonly action: Action }[],
    ms: number,
    skipped?: string,
  ): void;
  /** Counts a request that was rejected with an HTTP error other than 500. */
  rejected(status: number): void;
  /** Counts a connection that was closed because there were too many. `refused`: a new one, as all others were busy. */
  connectionClosed(what: 'stranger' | 'idle' | 'refused'): void;
  /** Counts a request that failed, or an image that was not checked, because of a bug. */
  failed(): void;
  exchanged(exchange: ObservedExchange): void;
  /** Counts a breaker that opened. For the scope `host`, also sets its state. */
  breaker(host: string, scope: BreakerScope, state: BreakerState): void;
  /** Sets the number of open connections to registries and token servers. */
  connections(open: number): void;
  /** Sets the number of calls to a registry that are running, and that wait for the concurrency limit. */
  load(host: string, active: number, waiting: number): void;
  /** Sets the pull quota from the headers `ratelimit-limit` and `ratelimit-remaining`. */
  quota(host: string, quota: { readonly limit?: number; readonly remaining?: number }): void;
  cache(event: CacheEvent): void;
  /** Sets when the certificate of the webhook becomes valid, and when it expires. */
  certificateValid(from: number, until: number): void;
  configReloaded(result: 'accepted' | 'rejected'): void;
  /** Sets the number of hosts.toml files that are ignored because they are invalid. */
  hostsProblems(count: number): void;
  /** Counts a recheck that ended. */
  rechecked(outcome: RecheckOutcome): void;
  /** Returns all metrics in the Prometheus text format. */
  expose(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Maximum number of label values for hosts that the config does not name. */
const maxOtherHosts = 100;

const breakerLevels = { closed: 0, 'half-open': 0.5, open: 1 } as const satisfies Record<BreakerState, number>;

/** Returns metrics with a registry of their own, which also has the default metrics of the process. */
export function createMetrics({ hosts = [], inFlight, waiting, eventLoopLagMs }: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const hostLabel = createHostLabels(hosts, maxOtherHosts);

  const { counter, gauge, sampled, histogram } = createInstruments(registry);

  const reviews = counter('reviews_total', 'Number of AdmissionReviews answered, by verdict.', ['verdict']);
  const skips = counter('reviews_skipped_total', 'Number of requests answered without a review, by reason.', [
    'reason',
  ]);
  const durations = histogram('review_duration_seconds', 'Time to answer an AdmissionReview, by verdict.', ['verdict']);
  const findings = counter('findings_total', 'Number of findings, by kind and action.', ['kind', 'action']);
  const rejections = counter('requests_rejected_total', 'Number of requests rejected, by HTTP status.', ['status']);
  const overflows = counter(
    'connections_closed_total',
    'Number of connections closed because there were too many, by kind: stranger, idle or refused.',
    ['kind'],
  );
  const failures = counter(
    'failures_total',
    'Number of requests answered with HTTP status 500, and of images not checked, because of a bug.',
    [],
  );
  const answers = counter(
    'registry_answers_total',
    'Number of HTTP requests to registries and token servers, by host and by status or failure.',
    ['host', 'answer'],
  );
  const latencies = histogram('registry_duration_seconds', 'Time to the HTTP response of a host.', ['host']);
  const breakers = gauge('registry_breaker_state', 'Circuit breaker: 0 closed, 0.5 half open, 1 open.', ['host']);
  const opened = counter(
    'registry_breaker_opened_total',
    'Number of times that requests were stopped after failures, by what they have in common: host, namespace, repository.',
    ['host', 'scope'],
  );
  const connections = gauge('registry_connections', 'Number of open connections to registries.', []);
  const loads = gauge('registry_calls', 'Number of calls to a registry, by state: active or waiting.', [
    'host',
    'state',
  ]);
  const quotaLimit = gauge('registry_quota_limit', 'Number of pulls that a registry allows per time window.', ['host']);
  const quotaLeft = gauge('registry_quota_remaining', 'Number of pulls left in the current time window.', ['host']);
  const cacheEvents = counter('cache_events_total', 'Number of cache lookups and evictions, by event.', ['event']);
  const expiry = gauge('certificate_expiry_timestamp_seconds', 'Expiry of the webhook certificate.', []);
  const start = gauge(
    'certificate_start_timestamp_seconds',
    'Time at which the webhook certificate becomes valid.',
    [],
  );
  const reloads = counter('config_reloads_total', 'Number of configuration changes, by result.', ['result']);
  const configRejected = gauge('config_rejected', '1 if the last configuration change was rejected, otherwise 0.', []);
  const hostsProblems = gauge('hosts_problems', 'Number of hosts.toml files ignored because they are invalid.', []);
  const rechecks = counter(
    'rechecks_total',
    'Number of background rechecks of objects admitted with a warning, by outcome.',
    ['outcome'],
  );
  sampled('reviews_in_flight', 'Number of reviews that are running.', inFlight);
  sampled('reviews_waiting', 'Number of reviews that wait for a place.', waiting);
  sampled('event_loop_lag_seconds', 'Delay of the event loop.', () => eventLoopLagMs() / 1_000);

  // Create these time series with 0, because rate() ignores the first value of a new time series.
  for (const verdict of ['allowed', 'warned', 'denied']) reviews.inc({ verdict }, 0);
  for (const reason of ['overload', 'deadline']) skips.inc({ reason }, 0);
  for (const kind of ['stranger', 'idle', 'refused']) overflows.inc({ kind }, 0);
  for (const status of ['408', '413', '503']) rejections.inc({ status }, 0);
  for (const result of ['accepted', 'rejected']) reloads.inc({ result }, 0);

  return {
    reviewed(verdict, found, ms, skipped) {
      reviews.inc({ verdict });
      durations.observe({ verdict }, ms / 1_000);
      if (skipped !== undefined) skips.inc({ reason: skipped });
      for (const { kind, action } of found) findings.inc({ kind, action });
    },
    rejected: (status) => rejections.inc({ status: String(status) }),
    connectionClosed: (kind) => overflows.inc({ kind }),
    failed: () => failures.inc(),
    exchanged({ host, status, failure, ms }) {
      const label = hostLabel(host) ?? 'other';
      answers.inc({ host: label, answer: failure ?? statusLabel(status) });
      latencies.observe({ host: label }, ms / 1_000);
    },
    breaker(host, scope, state) {
      const label = hostLabel(host);
      if (state === 'open') opened.inc({ host: label ?? 'other', scope });
      if (scope === 'host' && label !== undefined) breakers.set({ host: label }, breakerLevels[state]);
    },
    connections: (open) => connections.set(open),
    load(host, active, waiting) {
      const label = hostLabel(host);
      if (label === undefined) return;
      loads.set({ host: label, state: 'active' }, active);
      loads.set({ host: label, state: 'waiting' }, waiting);
    },
    quota(host, { limit, remaining }) {
      const label = hostLabel(host);
      if (label === undefined) return;
      if (limit !== undefined) quotaLimit.set({ host: label }, limit);
      if (remaining !== undefined) quotaLeft.set({ host: label }, remaining);
    },
    cache: (event) => cacheEvents.inc({ event }),
    certificateValid(from, until) {
      start.set(from / 1_000);
      expiry.set(until / 1_000);
    },
    configReloaded(result) {
      reloads.inc({ result });
      configRejected.set(result === 'rejected' ? 1 : 0);
    },
    hostsProblems: (count) => hostsProblems.set(count),
    rechecked: (outcome) => rechecks.inc({ outcome }),
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
