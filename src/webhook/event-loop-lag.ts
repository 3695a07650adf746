/** Between two looks, in ms. */
const everyMs = 100;

export interface EventLoopLag {
  /** How late the last look was, in ms. */
  lagMs(): number;
  stop(): void;
}

/**
 * How late the event loop is just now. A timer runs before the sockets that became readable while the loop was
 * blocked, so the requests of that time meet the lag that they suffered. Keeps no process alive.
 */
export function watchEventLoopLag(): EventLoopLag {
  let lastAt = performance.now();
  let lag = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    lag = Math.max(0, now - lastAt - everyMs);
    lastAt = now;
  }, everyMs).unref();
  return { lagMs: () => lag, stop: () => clearInterval(timer) };
}
