import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pullHistory, readPodEvent, sandboxError, unreadSecretEvent } from '../../src/diagnose/pull-events.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { event, failedPulls, image, noon } from './pods.ts';

function historyOf(...events: readonly JsonObject[]) {
  return pullHistory(events.map(readPodEvent), 'app');
}

describe('the pulls of a container', () => {
  test('are counted, and the last one is known', () => {
    assert.deepEqual(historyOf(...failedPulls(3, 'no such host', 60)), {
      error: `Failed to pull image "${image}": no such host`,
      failures: 3,
      failedMs: noon - 60_000,
    });
  });

  test('count together if the messages differ', () => {
    const events = [...failedPulls(2, 'port 1', 90), event('Failed', `Failed to pull image "${image}": port 2`, 30)];
    assert.deepEqual([historyOf(...events).failures, historyOf(...events).failedMs], [3, noon - 30_000]);
  });

  test('that the API server combined keep their message', () => {
    const message = `(combined from similar events): Failed to pull image "${image}": x`;
    assert.equal(historyOf(event('Failed', message, 5, 9)).failures, 9);
  });

  test('before the last success do not count', () => {
    const pulled = event('Pulled', `Successfully pulled image "${image}"`, 100);
    const { failures, failedMs } = historyOf(...failedPulls(5, 'x', 200), pulled, ...failedPulls(1, 'x', 50));
    assert.deepEqual([failures, failedMs], [1, noon - 50_000]);
  });

  test('of another container do not count', () => {
    assert.equal(historyOf(event('Failed', `Failed to pull image "${image}": x`, 5, 1, 'other')).failures, 0);
  });

  test('that have not ended are known by their begin', () => {
    const [, ...failed] = failedPulls(1, 'x', 200);
    const events = [...failed, event('Pulling', `Pulling image "${image}"`, 100, 2)];
    assert.deepEqual([historyOf(...events).pullingSinceMs, historyOf(...events).failures], [noon - 100_000, 1]);
  });

  test('have an error without a failure if the image was not asked for', () => {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    assert.deepEqual(historyOf(event('ErrImageNeverPull', message, 5, 4)), { error: message, failures: 0 });
  });

  test('are read from Events of events.k8s.io too', () => {
    const series = { count: 7, lastObservedTime: '2026-03-01T11:59:00.000000Z' };
    const read = readPodEvent({ ...event('Pulling', 'x', 900), series, lastTimestamp: null });
    assert.deepEqual([read.count, read.lastMs], [7, noon - 60_000]);
  });

  test('are nothing if the Events are rubbish', () => {
    assert.deepEqual(historyOf({}, { count: 'many', involvedObject: 7 }), { error: '', failures: 0 });
  });
});

test('Events about the pod itself are found by their reason', () => {
  const events = [
    event('FailedCreatePodSandBox', 's', 9, 1, ''),
    event('FailedToRetrieveImagePullSecret', 'r', 9, 1, ''),
  ];
  assert.equal(sandboxError(events.map(readPodEvent)), 's');
  assert.equal(unreadSecretEvent(events.map(readPodEvent)), 'r');
});
