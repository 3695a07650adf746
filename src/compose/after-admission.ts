import pLimit from 'p-limit';
import { kubeEvents, type EventToWrite } from '../cluster/events.ts';
import { kubeExistence } from '../cluster/existence.ts';
import type { KubeApi } from '../cluster/kube-api.ts';
import type { Config } from '../config/config.ts';
import type { Check } from '../engine/review.ts';
import { objectIdentity } from '../engine/workload/object-identity.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { eventOf, eventOfDoubt } from '../recheck/event.ts';
import { createRecheck, type Recheck } from '../recheck/recheck.ts';
import type { ReviewerOptions } from '../webhook/reviewer.ts';

/** What happens to objects after they were let through, where the config asks for it: Events, and a second look. */
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
  /** Before each second look, in ms. */
  readonly pausesMs?: readonly number[];
}

const second = 1_000;
const minute = 60 * second;
/** Events that may wait to be written; they are a courtesy, and a flood of them helps nobody. */
const maxEvents = 200;

/** Writes nothing and looks at nothing again where the config asks for neither. */
export function composeAfterAdmission(options: AfterAdmissionOptions): AfterAdmission {
  const { config, api, instance } = options;
  const writeEvent = kubeEvents(api, { controller: 'pullgate.dev/webhook', instance, now: Date.now });
  const queue = pLimit(2);

  async function write(event: EventToWrite): Promise<void> {
    // A courtesy: that it failed is in the log of writes, and nobody waits for it.
    await writeEvent(event, AbortSignal.timeout(10 * second)).catch(() => undefined);
  }

  function tell(event: EventToWrite): void {
    if (config.events && queue.pendingCount < maxEvents) void queue(() => write(event));
  }

  const recheck = config.recheck ? composeRecheck(options, tell) : undefined;
  return {
    onLetThrough({ kind, namespace = '', object }, plans, warned) {
      const identity = objectIdentity(kind, namespace, object);
      // The owner was checked already; an Event on each of its pods would repeat it.
      if (identity === undefined || plans.some(({ workload }) => workload.controlled)) return;
      if (warned.length > 0) tell(eventOfDoubt(identity, warned));
      recheck?.offer(identity, plans, warned);
    },
    async stop() {
      queue.clearQueue();
      await recheck?.stop();
    },
  };
}

function composeRecheck(options: AfterAdmissionOptions, tell: (event: EventToWrite) => void): Recheck {
  const { api, check, log, metrics } = options;
  return createRecheck({
    check,
    exists: kubeExistence(api),
    async announce(report) {
      log.info(
        { object: report.object, outcome: report.outcome, findings: report.findings.map(({ kind }) => kind) },
        'rechecked',
      );
      tell(eventOf(report));
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
