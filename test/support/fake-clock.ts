import type { Clock } from '../../src/lib/clock.ts';

/** A clock that only `advance` moves. */
export interface FakeClock extends Clock {
  /** Moves the time forward by `ms` and runs the tasks that are due, in order. */
  advance(ms: number): void;
  /** Number of tasks that have not run yet. */
  readonly scheduled: number;
}

/** Returns a clock that starts at 0 and that only `advance` moves. */
export function fakeClock(): FakeClock {
  const tasks = new Map<symbol, { readonly at: number; readonly task: () => void }>();
  let now = 0;

  function due(until: number): [symbol, { readonly at: number; readonly task: () => void }] | undefined {
    return [...tasks].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
  }

  return {
    now: () => now,
    schedule(ms, task) {
      const id = Symbol('task');
      tasks.set(id, { at: now + ms, task });
      return () => void tasks.delete(id);
    },
    advance(ms) {
      const until = now + ms;
      for (let next = due(until); next !== undefined; next = due(until)) {
        const [id, { at, task }] = next;
        tasks.delete(id);
        now = at;
        task();
      }
      now = until;
    },
    get scheduled() {
      return tasks.size;
    },
  };
}

/** Runs all pending microtasks and immediates, so that work without timers or I/O finishes. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
}
