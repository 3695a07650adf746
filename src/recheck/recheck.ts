import pLimit from 'p-limit';
import type { Plan } from '../engine/plan.ts';
import { jsonLength } from '../lib/json.ts';
import type { Finding } from '../engine/finding.ts';
import type { RecheckEnd, RecheckReport } from './recheck-report.ts';
import type { ObjectIdentity } from '../engine/workload/object-identity.ts';
import { openPlans } from './open-plan.ts';
import { outlook } from './outlook.ts';

export interface RecheckOptions {
  /** Returns the findings for a plan. */
  check(plan: Plan, signal: AbortSignal): Promise<readonly Finding[]>;
  /** Whether the object with that uid still exists. True if this is unknown. */
  exists(object: ObjectIdentity, signal: AbortSignal): Promise<boolean>;
  /** Publishes the result for one object. */
  announce(report: RecheckReport, signal: AbortSignal): Promise<void>;
  /** Runs `task` after `ms` milliseconds. Returns a function that cancels it. */
  schedule(ms: number, task: () => void): () => void;
  /** The pause before each check, in ms. An object is checked at most once per pause. */
  readonly pausesMs: readonly number[];
  /** Time limit for each call of `exists` and `announce`, and for all calls of `check` together, in ms. */
  readonly timeoutMs: number;
  /** Maximum number of checks at the same time. Keep it low, because admission has priority. */
  readonly concurrency: number;
  /** Maximum number of objects that wait. More objects are dropped. */
  readonly maxObjects: number;
  /** Maximum size of all plans that wait, in characters of JSON. An object over the limit is dropped. */
  readonly maxSize: number;
  readonly onEnd?: (end: RecheckEnd) => void;
  readonly onError?: (cause: unknown, object: ObjectIdentity) => void;
}

export interface Recheck {
  /**
   * Schedules a recheck of the images with `findings` that time may change. Call it for every admitted object that is
   * not a dry run, even without findings: it replaces or cancels the recheck that the object had before its change.
   */
  offer(object: ObjectIdentity, plans: readonly Plan[], findings: readonly Finding[]): void;
  /** Number of objects that wait for a recheck. */
  readonly waiting: number;
  /** Cancels running checks, drops waiting objects, and ignores later offers. */
  stop(): Promise<void>;
}

interface Entry {
  readonly object: ObjectIdentity;
  readonly plans: readonly Plan[];
  readonly size: number;
  readonly stop: AbortController;
  /** Number of checks so far. */
  checks: number;
  /** Cancels the next check. */
  cancel: () => void;
}

/**
 * Returns an empty queue of rechecks. An exception in a check goes to `onError` and ends the recheck of that object
 * only.
 */
export function createRecheck(options: RecheckOptions): Recheck {
  const { pausesMs, onEnd, onError } = options;
  const entries = new Map<string, Entry>();
  const running = new Set<Promise<void>>();
  const limit = pLimit(options.concurrency);
  let size = 0;
  let stopped = false;

  function end(entry: Entry, result: RecheckEnd): void {
    if (entries.get(entry.object.uid) !== entry) return;
    entries.delete(entry.object.uid);
    size -= entry.size;
    entry.cancel();
    entry.stop.abort();
    onEnd?.(result);
  }

  function wait(entry: Entry): void {
    entry.cancel = options.schedule(pausesMs[entry.checks] ?? 0, () => {
      const turn = limit(() => takeTurn(entry)).finally(() => running.delete(turn));
      running.add(turn);
    });
  }

  async function takeTurn(entry: Entry): Promise<void> {
    if (entry.stop.signal.aborted) return;
    entry.checks += 1;
    try {
      const result = await recheckOnce(entry);
      if (result !== 'again') end(entry, result);
      else if (!entry.stop.signal.aborted) wait(entry);
    } catch (cause) {
      if (entry.stop.signal.aborted) return;
      onError?.(cause, entry.object);
      end(entry, 'error');
    }
  }

  async function recheckOnce({ object, plans, checks, stop }: Entry): Promise<RecheckEnd | 'again'> {
    if (!(await limited(stop.signal, (signal) => options.exists(object, signal)))) return 'gone';
    const found = await limited(stop.signal, (signal) => Promise.all(plans.map((plan) => options.check(plan, signal))));
    const findings = found.flat().filter((finding) => outlook(finding) !== 'unrelated');
    if (checks < pausesMs.length && findings.some((finding) => outlook(finding) === 'open')) return 'again';
    stop.signal.throwIfAborted();
    const outcome = findings.length === 0 ? 'healed' : 'failing';
    await limited(stop.signal, (signal) => options.announce({ object, outcome, findings }, signal));
    return outcome;
  }

  async function limited<T>(stop: AbortSignal, step: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const timeout = new AbortController();
    const cancel = options.schedule(options.timeoutMs, () => timeout.abort());
    try {
      return await step(AbortSignal.any([stop, timeout.signal]));
    } finally {
      cancel();
    }
  }

  return {
    offer(object, plans, findings) {
      if (stopped) return;
      const before = entries.get(object.uid);
      const open = openPlans(plans, findings, before?.plans ?? []);
      if (before !== undefined) end(before, 'superseded');
      if (open.length === 0) return;
      const entry: Entry = {
        object,
        plans: open,
        size: jsonLength(open),
        stop: new AbortController(),
        checks: 0,
        cancel: () => undefined,
      };
      if (entries.size >= options.maxObjects || size + entry.size > options.maxSize) {
        onEnd?.('dropped');
        return;
      }
      entries.set(object.uid, entry);
      size += entry.size;
      wait(entry);
    },
    get waiting() {
      return entries.size;
    },
    async stop() {
      stopped = true;
      for (const entry of entries.values()) end(entry, 'dropped');
      await Promise.all(running);
    },
  };
}
