import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createHostLabels } from '../../src/observe/host-labels.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { exportedAfterEverything } from './exported.ts';

const lines = [
  'pullgate_reviews_total{verdict="denied"} 1',
  'pullgate_reviews_total{verdict="allowed"} 0',
  'pullgate_reviews_skipped_total{reason="overload"} 1',
  'pullgate_review_duration_seconds_bucket{le="0.025",verdict="denied"} 1',
  'pullgate_findings_total{kind="image-not-found",action="deny"} 1',
  'pullgate_requests_rejected_total{status="415"} 1',
  'pullgate_failures_total 1',
  'pullgate_registry_answers_total{host="docker.io",answer="429"} 1',
  'pullgate_registry_duration_seconds_count{host="docker.io"} 1',
  'pullgate_registry_breaker_state{host="docker.io"} 0.5',
  'pullgate_registry_calls{host="docker.io",state="waiting"} 5',
  'pullgate_registry_quota_limit{host="docker.io"} 100',
  'pullgate_registry_quota_remaining{host="docker.io"} 7',
  'pullgate_cache_events_total{event="stale"} 1',
  'pullgate_certificate_expiry_timestamp_seconds 1700000000',
  'pullgate_config_reloads_total{result="rejected"} 1',
  'pullgate_config_rejected 1',
  'pullgate_hosts_problems 2',
  'pullgate_rechecks_total{outcome="healed"} 1',
  'pullgate_reviews_in_flight 3',
  'pullgate_event_loop_lag_seconds 0.25',
];

const statuses = [
  { status: 200, label: '2xx' },
  { status: 404, label: '404' },
  { status: 599, label: '5xx' },
  { status: 418, label: '4xx' },
];

describe('the metrics', () => {
  for (const line of lines) {
    test(`include ${line}`, async () => assert.ok((await exportedAfterEverything()).split('\n').includes(line)));
  }

  for (const { status, label } of statuses) {
    test(`count the status ${status} as ${label}`, async () => {
      const metrics = createMetrics({ inFlight: () => 0, waiting: () => 0, eventLoopLagMs: () => 0 });
      metrics.exchanged({ host: 'a', status, ms: 1 });
      assert.match((await metrics.expose()).text, new RegExp(`answer="${label}"`));
    });
  }

  test('are separate for each call of createMetrics', async () => {
    const first = createMetrics({ inFlight: () => 0, waiting: () => 0, eventLoopLagMs: () => 0 });
    const second = createMetrics({ inFlight: () => 0, waiting: () => 0, eventLoopLagMs: () => 0 });
    first.failed();
    assert.match((await second.expose()).text, /^pullgate_failures_total 0$/m);
  });

  test('have label values for the named hosts and a limited number of others', () => {
    const label = createHostLabels(['named'], 2);
    assert.deepEqual(['a', 'b', 'c', 'named', 'a'].map(label), ['a', 'b', undefined, 'named', 'a']);
  });

  test('limit the number of time series for any number of hosts', async () => {
    const metrics = createMetrics({ inFlight: () => 0, waiting: () => 0, eventLoopLagMs: () => 0 });
    for (let host = 0; host < 5_000; host += 1) {
      metrics.exchanged({ host: `${host}.example.com`, status: 200, ms: 1 });
      metrics.breaker(`${host}.example.com`, 'host', 'open');
    }
    const { text } = await metrics.expose();
    assert.equal(text.match(/^pullgate_registry_answers_total\{/gm)?.length, 101);
    assert.equal(text.match(/^pullgate_registry_breaker_state\{/gm)?.length, 100);
    assert.equal(text.match(/^pullgate_registry_breaker_opened_total\{/gm)?.length, 101);
  });
});
