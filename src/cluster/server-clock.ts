/** Compares the clock of this process with that of the API server. */
export interface ServerClock {
  /** Takes the `Date` header of an answer that has just arrived. Ignores what is not a date. */
  saw(this: void, date: unknown): void;
  /** One line with both times if the clocks differed by more than ten minutes at the last answer; else undefined. */
  problem(): string | undefined;
}

/**
 * In ms. Certificates are dated a day back, so a smaller difference harms nothing, and some clusters have no time
 * synchronization.
 */
const maxDifferenceMs = 600_000;

/** Returns a clock comparison that has seen no answer yet. `now` in ms since 1970. */
export function serverClock(now: () => number = Date.now): ServerClock {
  let last: { readonly here: number; readonly there: number } | undefined;
  return {
    saw(date) {
      const there = typeof date === 'string' ? Date.parse(date) : NaN;
      if (!Number.isNaN(there)) last = { here: now(), there };
    },
    problem() {
      if (last === undefined || Math.abs(last.here - last.there) <= maxDifferenceMs) return undefined;
      const [here, there] = [last.here, last.there].map((ms) => new Date(ms).toISOString());
      return `the clock here says ${here}, but the clock of the API server says ${there}; synchronize the clock of this machine`;
    },
  };
}
