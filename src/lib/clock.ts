/** Time as the decorators of this room need it: a parameter, so that tests own it. */
export interface Clock {
  /** Milliseconds that only ever grow: a wall clock that is set back must not stretch a cache's life. */
  now(): number;
  /** Runs `task` once after `ms` milliseconds; the answer calls it off. */
  schedule(ms: number, task: () => void): () => void;
}

/** The process's monotonic clock. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  schedule: (ms, task) => {
    const timer = setTimeout(task, ms).unref();
    return () => clearTimeout(timer);
  },
};
