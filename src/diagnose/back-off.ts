/**
 * When the kubelet tries to pull again. It waits 10 s after the first failure, twice as long after each further one,
 * and at most 5 minutes; two times that without a failure resets it. Mirrors `imageBackOff` of kubernetes v1.36.3
 * pkg/kubelet/kubelet.go (`imageBackOffPeriod`, `MaxImageBackOff`) and client-go util/flowcontrol/backoff.go.
 */
export interface BackOff {
  /** Failed pulls that are known; at least as many happened. */
  readonly failures: number;
  /** In ms since 1970. */
  readonly failedMs: number;
  /** The wait after the last failure, in ms. */
  readonly delayMs: number;
  /** The wait ends then, in ms since 1970. */
  readonly nextMs: number;
  /** The kubelet looks at the pod again by then, in ms since 1970. */
  readonly latestMs: number;
}

const firstMs = 10_000;
const maxMs = 300_000;

/**
 * The kubelet looks at a pod in back-off at its next resync: `syncFrequency` (1 minute) plus up to half of it
 * (`workerResyncIntervalJitterFactor`). Mirrors kubernetes v1.36.3 pkg/kubelet/pod_workers.go.
 */
const resyncMs = 90_000;

/** The longest time between two tries, in ms. */
export const longestMs = maxMs + resyncMs;

/** Returns the back-off after `failures` failures (at least 1), the last at `failedMs` (ms since 1970). */
export function backOffAfter(failures: number, failedMs: number): BackOff {
  const delayMs = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), maxMs);
  const nextMs = failedMs + delayMs;
  return { failures, failedMs, delayMs, nextMs, latestMs: nextMs + resyncMs };
}
