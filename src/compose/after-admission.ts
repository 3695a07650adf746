import pLimit from 'p-limit';
import { kubeEvents, type EventToWrite } from '../cluster/events.ts';
import { kubeExistence } from '../cluster/existence.ts';
import type { KubeApi } from '../cluster/kube-api.ts';
import type { Config } from '../config/config.ts';
import { kindsWith } from '../engine/workload/workload-kind.ts';
import type { Check } from '../engine/review.ts';
import { objectIdentity } from '../engine/workload/object-identity.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { eventOf, eventOfDoubt } from '../recheck/event.ts';
import { createRecheck, type Recheck } from '../recheck/recheck.ts';
import type { ReviewerOptions } from '../webhook/reviewer.ts';

/** What happens after an object was allowed, if the config enables it: Events, and a second check. */
export interface AfterAdmission {
  readonly onLetThrough: ReviewerOptions['onLetThrough'];
  stop(): Promise<void>;
}

export interface AfterAdmissionOptions {
  readonly config: Config;
  readonly api: KubeApi;
  readonly check: Check;
  /** Name of this replica, for the Events that it writes. */
  readonly instance: string;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Pause before each further check, in ms. */
  readonly pausesMs?: readonly number[];
}

const second = 1_000;
const minute = 60 * second;
/** How many Events may wait to be written. More are dropped: Events are optional, and thousands of them help nobody. */
const maxEvents = 200;

/** Creates the parts that write Events and check again. Each part does nothing if the config disables it. */
export function composeAfterAdmission(options: AfterAdmissionOptions): AfterAdmission {
  const { config, api, instance } = options;
  const writeEvent = kubeEvents(api, { controller: 'pullgate.dev/webhook', instance, now: Date.now });
  const queue = pLimit(2);

  async function write(event: EventToWrite): Promise<void> {
    // Events are optional. `loggedWrites` logs a failed write.
    await writeEvent(event, AbortSignal.timeout(10 * second)).catch(() => undefined);
  }

  function enqueue(event: EventToWrite): void {
    if (config.events && queue.pendingCount < maxEvents) void queue(() => write(event));
  }

  const recheck = config.recheck ? composeRecheck(options, enqueue) : undefined;
  return {
    onLetThrough({ kind, namespace = '', object }, plans, warned) {
      const identity = objectIdentity(kind, namespace, object);
      // The owner was checked already, so an Event on each of its pods would repeat its Event.
      if (identity === undefined || plans.some(({ workload }) => workload.controlled)) return;
      if (warned.length > 0) enqueue(eventOfDoubt(identity, warned));
      recheck?.offer(identity, plans, warned);
    },
    async stop() {
      queue.clearQueue();
      await recheck?.stop();
    },
  };
}

function composeRecheck(options: AfterAdmissionOptions, enqueue: (event: EventToWrite) => void): Recheck {
  const { config, api, check, log, metrics } = options;
  return createRecheck({
    check,
    exists: kubeExistence(api, kindsWith(config.workloads)),
    async announce(report) {
      log.info(
        { object: report.object, outcome: report.outcome, findings: report.findings.map(({ kind }) => kind) },
        'rechecked',
      );
      enqueue(eventOf(report));
    },
    schedule(ms, task) {
      const timer = setTimeout(task, ms).unref();
      return () => clearTimeout(timer);
    },
    pausesMs: options.pausesMs ?? [30 * second, 2 * minute, 10 * minute],
    timeoutMs: 30 * second,
    concurrency: 2,
    maxObjects: 1_000,
    maxSize: 16_000_000,
    onEnd: (how) => metrics.rechecked(how),
    onError: (cause, object) => log.error({ err: cause, object }, 'recheck failed'),
  });
}
