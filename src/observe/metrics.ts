import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { FindingKind } from '../engine/finding.ts';
import type { Action } from '../engine/policy/policy.ts';
import { createHostLabels } from './host-labels.ts';

export interface MetricsOptions {
  /** Registries that are told apart whatever else is asked. */
  readonly hosts?: readonly string[];
  readonly inFlight: () => number;
  readonly eventLoopLagMs: () => number;
}

export type VerdictLabel = 'allowed' | 'warned' | 'denied';

export type CacheEvent = 'hit' | 'miss' | 'joined' | 'stale' | 'evicted';

export type BreakerState = 'closed' | 'half-open' | 'open';

/** `gone`: deleted; `superseded`: changed; `dropped`: no room, or the end of the process; `error`: a bug. */
export type RecheckOutcome = 'healed' | 'failing' | 'gone' | 'superseded' | 'dropped' | 'error';

/** One HTTP exchange with a registry or a token endpoint; `failure`: why there is no status. */
export interface SeenExchange {
  readonly host: string;
  readonly status?: number;
  readonly failure?: string;
  readonly ms: number;
}

/** What is counted and measured: a method for each kind of news. Durations are ms, times ms since 1970. */
export interface Metrics {
  /** `skipped`: why it was answered without a review. */
  reviewed(
    verdict: VerdictLabel,
    findings: readonly { readonly kind: FindingKind; readonly action: Action }[],
    ms: number,
    skipped?: string,
  ): void;
  rejected(status: number): void;
  failed(): void;
  exchanged(exchange: SeenExchange): void;
  breaker(host: string, state: BreakerState): void;
  /** Calls under way at a registry, and those that wait for their turn. */
  load(host: string, active: number, waiting: number): void;
  /** From `ratelimit-limit` and `ratelimit-remaining`. */
  quota(host: string, quota: { readonly limit?: number; readonly remaining?: number }): void;
  cache(event: CacheEvent): void;
  certificateExpires(at: number): void;
  configReloaded(result: 'accepted' | 'rejected'): void;
  /** How many hosts.toml are ignored because they are broken. */
  hostsProblems(count: number): void;
  /** `outcome`: how the second look at one object ended. */
  rechecked(outcome: RecheckOutcome): void;
  /** All of it in Prometheus' text format. */
  expose(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Hosts beyond those that the config names. */
const otherHosts = 100;

const breakerLevels = { closed: 0, 'half-open': 0.5, open: 1 } as const satisfies Record<BreakerState, number>;

/** From a warm answer to the API server's longest timeout, in seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Metrics of their own, beside those of the process; nothing is counted twice where there are several. */
export function createMetrics({ hosts = [], inFlight, eventLoopLagMs }: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const hostLabel = createHostLabels(hosts, otherHosts);

  function counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name: `pullgate_${name}`, help, labelNames, registers: [registry] });
  }
  function gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    return new Gauge({ name: `pullgate_${name}`, help, labelNames, registers: [registry] });
  }
  function sampled(name: string, help: string, read: () => number): void {
    const metric: Gauge = new Gauge({
      name: `pullgate_${name}`,
      help,
      registers: [registry],
      collect: () => metric.set(read()),
    });
  }
  function histogram<L extends string>(name: string, help: string, labelNames: readonly L[]): Histogram<L> {
    return new Histogram({ name: `pullgate_${name}`, help, labelNames, buckets, registers: [registry] });
  }

  const reviews = counter('reviews_total', 'AdmissionReviews answered, by verdict.', ['verdict']);
  const skips = counter('reviews_skipped_total', 'AdmissionReviews answered without a review, by reason.', ['reason']);
  const durations = histogram('review_duration_seconds', 'Time to answer an AdmissionReview.', ['verdict']);
  const findings = counter('findings_total', 'Findings, by kind and by what was done about them.', ['kind', 'action']);
  const refusals = counter('requests_rejected_total', 'Requests that are no AdmissionReview, by HTTP status.', [
    'status',
  ]);
  const failures = counter('failures_total', 'Requests that met a bug and were answered with 500.', []);
  const answers = counter(
    'registry_answers_total',
    'HTTP answers of registries and token endpoints, by host, and by status or failure.',
    ['host', 'answer'],
  );
  const latencies = histogram('registry_duration_seconds', 'Time to an answer of a registry, by host.', ['host']);
  const breakers = gauge('registry_breaker_state', 'Breaker of a registry: 0 closed, 0.5 half open, 1 open.', ['host']);
  const loads = gauge('registry_calls', 'Calls at a registry, by whether they are under way or wait.', [
    'host',
    'state',
  ]);
  const quotaLimit = gauge('registry_quota_limit', 'Pulls that a registry grants in its window.', ['host']);
  const quotaLeft = gauge('registry_quota_remaining', 'Pulls that a registry has left for us in its window.', ['host']);
  const cacheEvents = counter('cache_events_total', 'What became of questions to the cache.', ['event']);
  const expiry = gauge('certificate_expiry_timestamp_seconds', "When the webhook's certificate expires.", []);
  const reloads = counter('config_reloads_total', 'New configurations, by whether they were taken over.', ['result']);
  const refusedConfig = gauge('config_rejected', '1 while the config file is broken and an older config holds.', []);
  const brokenHosts = gauge('hosts_problems', 'Files hosts.toml that are ignored because they are broken.', []);
  const rechecks = counter(
    'rechecks_total',
    'Background checks of what was let pass with a warning, by how they ended.',
    ['outcome'],
  );
  sampled('reviews_in_flight', 'AdmissionReviews that are being decided.', inFlight);
  sampled('event_loop_lag_seconds', 'How late the event loop is.', () => eventLoopLagMs() / 1_000);

  // A rate needs its zero: what first appears with 1 has not increased.
  for (const verdict of ['allowed', 'warned', 'denied']) reviews.inc({ verdict }, 0);
  for (const reason of ['overload', 'deadline']) skips.inc({ reason }, 0);
  for (const result of ['accepted', 'rejected']) reloads.inc({ result }, 0);

  return {
    reviewed(verdict, found, ms, skipped) {
      reviews.inc({ verdict });
      durations.observe({ verdict }, ms / 1_000);
      if (skipped !== undefined) skips.inc({ reason: skipped });
      for (const { kind, action } of found) findings.inc({ kind, action });
    },
    rejected: (status) => refusals.inc({ status: String(status) }),
    failed: () => failures.inc(),
    exchanged({ host, status, failure, ms }) {
      const label = hostLabel(host) ?? 'other';
      answers.inc({ host: label, answer: failure ?? statusLabel(status) });
      latencies.observe({ host: label }, ms / 1_000);
    },
    breaker(host, state) {
      const label = hostLabel(host);
      if (label !== undefined) breakers.set({ host: label }, breakerLevels[state]);
    },
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
    certificateExpires: (at) => expiry.set(at / 1_000),
    configReloaded(result) {
      reloads.inc({ result });
      refusedConfig.set(result === 'rejected' ? 1 : 0);
    },
    hostsProblems: (count) => brokenHosts.set(count),
    rechecked: (outcome) => rechecks.inc({ outcome }),
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

const tellingStatuses: readonly number[] = [401, 403, 404, 429];

/** `404`, `5xx`: a registry may answer any number, and each would be a time series. */
function statusLabel(status = 0): string {
  return tellingStatuses.includes(status) ? String(status) : `${Math.floor(status / 100)}xx`;
}
