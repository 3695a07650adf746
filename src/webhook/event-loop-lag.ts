/** Time between two measurements, in ms. */
const intervalMs = 100;

export interface EventLoopLag {
  /** The lag at the last measurement, in ms. */
  lagMs(): number;
  stop(): void;
}

/**
 * Starts to measure how late timers run, and returns the measurement. A timer runs before the sockets that became
 * readable while the event loop was blocked. Requests that waited for the event loop therefore see the lag that delayed
 * them. The timer does not keep the process alive.
 */
export function watchEventLoopLag(): EventLoopLag {
  let lastAt = performance.now();
  let lag = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    lag = Math.max(0, now - lastAt - intervalMs);
    lastAt = now;
  }, intervalMs).unref();
  return { lagMs: () => lag, stop: () => clearInterval(timer) };
}
