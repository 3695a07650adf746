/** Time as a parameter, so that tests control it. */
export interface Clock {
  /**
   * Milliseconds since an arbitrary start. Never decreases: setting the system time back must not extend a cache entry.
   */
  now(): number;
  /** Runs `task` once after `ms` milliseconds. Call the returned function to cancel it. */
  schedule(ms: number, task: () => void): () => void;
}

/** The monotonic clock of the process. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  schedule: (ms, task) => {
    const timer = setTimeout(task, ms).unref();
    return () => clearTimeout(timer);
  },
};
