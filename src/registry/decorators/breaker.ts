import type { Unreachable } from '../../engine/answer.ts';
import type { Clock } from '../../lib/clock.ts';

/** When a breaker opens, and for how long. */
export interface BreakerOptions {
  readonly clock: Clock;
  /** Failures in a row that open it. */
  readonly threshold: number;
  /** How long it stays open the first time, in ms; each probe that fails doubles it, up to `maxOpenMs`. */
  readonly openMs: number;
  readonly maxOpenMs: number;
}

type State =
  | { readonly kind: 'closed'; readonly failures: number }
  | { readonly kind: 'open'; readonly because: Unreachable; readonly openMs: number; readonly until: number }
  | { readonly kind: 'half-open'; readonly because: Unreachable; readonly openMs: number };

/** `half-open`: its one probe is under way. */
export type BreakerState = State['kind'];

/** What one ask should do: be made, be made as the one probe, or be left. */
export type Pass = { readonly kind: 'ask' } | { readonly kind: 'probe' | 'stop'; readonly because: Unreachable };

/** One host's breaker: a state machine that neither asks nor waits. */
export interface Breaker {
  pass(): Pass;
  /** Somebody did not; `probe`: it was the one that the open breaker let through. */
  failed(because: Unreachable, probe: boolean): void;
  readonly state: BreakerState;
}

/** A closed breaker. */
export function createBreaker({ clock, threshold, openMs, maxOpenMs }: BreakerOptions): Breaker {
  let state: State = { kind: 'closed', failures: 0 };

  return {
    pass() {
      if (state.kind === 'closed') return { kind: 'ask' };
      const { because } = state;
      if (state.kind === 'half-open' || clock.now() < state.until) return { kind: 'stop', because };
      state = { kind: 'half-open', because, openMs: state.openMs };
      return { kind: 'probe', because };
    },
    failed(because, probe) {
      if (state.kind === 'closed') {
        const failures = state.failures + 1;
        state =
          failures < threshold
            ? { kind: 'closed', failures }
            : { kind: 'open', because, openMs, until: clock.now() + openMs };
      } else if (state.kind === 'half-open' && probe) {
        const longer = Math.min(state.openMs * 2, maxOpenMs);
        state = { kind: 'open', because, openMs: longer, until: clock.now() + longer };
      }
      // Else it is the echo of an ask from before the breaker opened.
    },
    get state() {
      return state.kind;
    },
  };
}
