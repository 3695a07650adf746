/**
 * The room of the second look: what was let through with a warning that time may mend or prove is checked again in
 * the background, a few times, and ends in one report. In GitOps the secret often comes after the workload.
 */
import pLimit from 'p-limit';
import type { Plan } from '../engine/plan.ts';
import type { Finding } from '../engine/finding.ts';
import type { RecheckEnd, RecheckReport } from './recheck-report.ts';
import type { ObjectIdentity } from '../engine/workload/object-identity.ts';
import { openPlans } from './open-plan.ts';
import { outlook } from './outlook.ts';

export interface RecheckOptions {
  check(plan: Plan, signal: AbortSignal): Promise<readonly Finding[]>;
  /** Whether the object of that uid is still there; true where this cannot be told. */
  exists(object: ObjectIdentity, signal: AbortSignal): Promise<boolean>;
  announce(report: RecheckReport, signal: AbortSignal): Promise<void>;
  /** Runs `task` after `ms`; the answer calls it off. */
  schedule(ms: number, task: () => void): () => void;
  /** Before each look, in ms: as many looks as pauses. */
  readonly pausesMs: readonly number[];
  /** Of each look, and of each announcement, in ms. */
  readonly timeoutMs: number;
  /** Looks at once: admission comes first. */
  readonly concurrency: number;
  /** Objects that may wait at once, and characters of their plans as JSON; what goes beyond is dropped. */
  readonly maxObjects: number;
  readonly maxSize: number;
  readonly onEnd?: (end: RecheckEnd) => void;
  readonly onError?: (cause: unknown, object: ObjectIdentity) => void;
}

export interface Recheck {
  /**
   * Takes on what of `findings` time may mend. Meant for every object that is let through, but for a dry run: a change
   * that leaves nothing open ends what waited for the object as it was.
   */
  offer(object: ObjectIdentity, plans: readonly Plan[], findings: readonly Finding[]): void;
  /** Objects that wait for a look. */
  readonly waiting: number;
  /** Calls off what is under way, drops the rest, and takes on nothing more. */
  stop(): Promise<void>;
}

interface Case {
  readonly object: ObjectIdentity;
  readonly plans: readonly Plan[];
  readonly size: number;
  readonly stop: AbortController;
  /** Looks so far. */
  looks: number;
  callOff: () => void;
}

/** Nothing waits yet; what is thrown on a look ends its object's turn and goes to `onError`. */
export function createRecheck(options: RecheckOptions): Recheck {
  const { pausesMs, onEnd, onError } = options;
  const cases = new Map<string, Case>();
  const running = new Set<Promise<void>>();
  const limit = pLimit(options.concurrency);
  let size = 0;
  let stopped = false;

  function end(known: Case, how: RecheckEnd): void {
    if (cases.get(known.object.uid) !== known) return;
    cases.delete(known.object.uid);
    size -= known.size;
    known.callOff();
    known.stop.abort();
    onEnd?.(how);
  }

  function wait(known: Case): void {
    known.callOff = options.schedule(pausesMs[known.looks] ?? 0, () => {
      const turn = limit(() => takeTurn(known)).finally(() => running.delete(turn));
      running.add(turn);
    });
  }

  async function takeTurn(known: Case): Promise<void> {
    if (known.stop.signal.aborted) return;
    known.looks += 1;
    try {
      const how = await recheckOnce(known);
      if (how !== 'again') end(known, how);
      else if (!known.stop.signal.aborted) wait(known);
    } catch (cause) {
      if (known.stop.signal.aborted) return;
      onError?.(cause, known.object);
      end(known, 'error');
    }
  }

  async function recheckOnce({ object, plans, looks, stop }: Case): Promise<RecheckEnd | 'again'> {
    if (!(await within(stop.signal, (signal) => options.exists(object, signal)))) return 'gone';
    const found = await within(stop.signal, (signal) => Promise.all(plans.map((plan) => options.check(plan, signal))));
    const findings = found.flat().filter((finding) => outlook(finding) !== 'aside');
    if (looks < pausesMs.length && findings.some((finding) => outlook(finding) === 'open')) return 'again';
    stop.signal.throwIfAborted();
    const outcome = findings.length === 0 ? 'healed' : 'failing';
    await within(stop.signal, (signal) => options.announce({ object, outcome, findings }, signal));
    return outcome;
  }

  async function within<T>(stop: AbortSignal, step: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController();
    const callOff = options.schedule(options.timeoutMs, () => late.abort());
    try {
      return await step(AbortSignal.any([stop, late.signal]));
    } finally {
      callOff();
    }
  }

  return {
    offer(object, plans, findings) {
      if (stopped) return;
      const before = cases.get(object.uid);
      const open = openPlans(plans, findings, before?.plans ?? []);
      if (before !== undefined) end(before, 'superseded');
      if (open.length === 0) return;
      const known: Case = {
        object,
        plans: open,
        size: JSON.stringify(open).length,
        stop: new AbortController(),
        looks: 0,
        callOff: () => undefined,
      };
      if (cases.size >= options.maxObjects || size + known.size > options.maxSize) {
        onEnd?.('dropped');
        return;
      }
      cases.set(object.uid, known);
      size += known.size;
      wait(known);
    },
    get waiting() {
      return cases.size;
    },
    async stop() {
      stopped = true;
      for (const known of cases.values()) end(known, 'dropped');
      await Promise.all(running);
    },
  };
}
