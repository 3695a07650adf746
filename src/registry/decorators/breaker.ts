import type { Unreachable } from '../../engine/answer.ts';
import type { Clock } from '../../lib/clock.ts';

/** When a breaker opens, and for how long. */
export interface BreakerOptions {
  readonly clock: Clock;
  /** The number of failures in a row, each of another subject, that opens the breaker. */
  readonly threshold: number;
  /** How long the breaker stays open the first time, in ms. Each failed probe doubles the time, up to `maxOpenMs`. */
  readonly openMs: number;
  readonly maxOpenMs: number;
}

type State =
  | { readonly kind: 'closed'; readonly failed: ReadonlySet<unknown> }
  | { readonly kind: 'open'; readonly because: Unreachable; readonly openMs: number; readonly until: number }
  | { readonly kind: 'half-open'; readonly because: Unreachable; readonly openMs: number };

/** `closed`: calls go through. `open`: no call goes through. `half-open`: the one probe is running. */
export type BreakerState = State['kind'];

/** Whether a call goes through. `probe`: it does, as the only one. `because`: the failure that opened the breaker. */
export type Pass = { readonly kind: 'call' } | { readonly kind: 'probe' | 'stop'; readonly because: Unreachable };

/** One breaker: a state machine that sends nothing and has no timer. */
export interface Breaker {
  /** Decides about the next call. If the result is `probe`, the caller must send the probe. */
  pass(): Pass;
  /** Records the failure of a call. `isProbe`: the call was the probe. `subject`: what failed. */
  failed(because: Unreachable, isProbe: boolean, subject: unknown): void;
  /** Records that the probe tested nothing. The next call is a probe again. */
  untested(): void;
  readonly state: BreakerState;
}

/** Returns a closed breaker. */
export function createBreaker({ clock, threshold, openMs, maxOpenMs }: BreakerOptions): Breaker {
  let state: State = { kind: 'closed', failed: new Set() };

  return {
    pass() {
      if (state.kind === 'closed') return { kind: 'call' };
      const { because } = state;
      if (state.kind === 'half-open' || clock.now() < state.until) return { kind: 'stop', because };
      state = { kind: 'half-open', because, openMs: state.openMs };
      return { kind: 'probe', because };
    },
    failed(because, isProbe, subject) {
      if (state.kind === 'closed') {
        const failed = new Set(state.failed).add(subject);
        state =
          failed.size < threshold
            ? { kind: 'closed', failed }
            : { kind: 'open', because, openMs, until: clock.now() + openMs };
      } else if (state.kind === 'half-open' && isProbe) {
        const longer = Math.min(state.openMs * 2, maxOpenMs);
        state = { kind: 'open', because, openMs: longer, until: clock.now() + longer };
      }
      // Otherwise, the call started before the breaker opened.
    },
    untested() {
      if (state.kind === 'half-open') state = { ...state, kind: 'open', until: clock.now() };
    },
    get state() {
      return state.kind;
    },
  };
}
