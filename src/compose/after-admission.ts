import pLimit from 'p-limit';
import { kubeEvents, type EventToWrite } from '../cluster/events.ts';
import { kubeExistence } from '../cluster/existence.ts';
import type { KubeApi } from '../cluster/kube-api.ts';
import type { Config } from '../config/config.ts';
import type { Finding } from '../engine/finding.ts';
import { arrayOf, descend, objectOf, stringOf } from '../lib/json.ts';
import type { Plan } from '../engine/check.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { eventOf, eventOfDoubt } from '../recheck/event.ts';
import { createRecheck, type Recheck } from '../recheck/recheck.ts';
import type { RecheckedObject } from '../recheck/recheck-report.ts';
import type { AdmissionRequest } from '../webhook/review.ts';

/** What happens to objects after they were let through, where the config asks for it: Events, and a second look. */
export interface AfterAdmission {
  readonly onLetThrough: (request: AdmissionRequest, plan: Plan, warned: readonly Finding[]) => void;
  stop(): Promise<void>;
}

export interface AfterAdmissionOptions {
  readonly config: Config;
  readonly api: KubeApi;
  readonly check: (plan: Plan, signal: AbortSignal) => Promise<readonly Finding[]>;
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
    onLetThrough(request, plan, warned) {
      const object = identityOf(request);
      // Its owner was looked at already; an Event on each of its pods would say the same again.
      if (object === undefined || hasController(request.object)) return;
      if (warned.length > 0) tell(eventOfDoubt(object, warned));
      recheck?.offer(object, plan, warned);
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

/** The object as the API server will store it: its name and uid are given before it is validated. */
function identityOf({ kind, namespace = '', object }: AdmissionRequest): RecheckedObject | undefined {
  const metadata = descend(object, ['metadata']);
  const [name, uid] = [stringOf(metadata['name']), stringOf(metadata['uid'])];
  if (name === '' || uid === '') return undefined;
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  return { apiVersion, kind: kind.kind, namespace, name, uid };
}

function hasController(object: unknown): boolean {
  return arrayOf(descend(object, ['metadata'])['ownerReferences']).some(
    (owner) => objectOf(owner)['controller'] === true,
  );
}
