import { systemClock, type Clock } from '../lib/clock.ts';

/** Time between two measurements, in ms. */
const intervalMs = 100;
/** Number of measurements that a lag must last. The start of a program and garbage collection cause one or two. */
const sustained = 3;

export interface EventLoopLag {
  /** The lag of the last measurement, in ms, or of the present one if it is already later than that. */
  lagMs(): number;
  /** The least lag of the last three measurements, in ms. One measurement in time sets it back to almost 0. */
  sustainedMs(): number;
  /** Forgets all measurements. */
  restart(): void;
  stop(): void;
}

/**
 * Starts to measure how late timers run, and returns the measurement. A request that waited for the event loop has
 * waited for `lagMs` at most. The timer does not keep the process alive.
 */
export function watchEventLoopLag(clock: Clock = systemClock): EventLoopLag {
  const none: readonly number[] = Array.from({ length: sustained }, () => 0);
  let lags = none;
  let dueAt = 0;
  let stop = wait();

  function wait(): () => void {
    dueAt = clock.now() + intervalMs;
    return clock.schedule(intervalMs, measure);
  }
  function presentMs(): number {
    return Math.max(0, clock.now() - dueAt);
  }
  function measure(): void {
    lags = [...lags.slice(1), presentMs()];
    stop = wait();
  }
  return {
    // A process that the kernel stopped while it waited for sockets reads them before it runs its timers.
    lagMs: () => Math.max(lags.at(-1) ?? 0, presentMs()),
    sustainedMs: () => Math.min(...lags),
    restart() {
      stop();
      lags = none;
      stop = wait();
    },
    stop: () => stop(),
  };
}
