import type { Clock } from '../../src/lib/clock.ts';

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** Moves time on and runs what falls due, in its order. */
  advance(ms: number): void;
  /** Tasks that are still to come. */
  readonly scheduled: number;
}

/** A clock that stands still until it is told to go on. */
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

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
}
