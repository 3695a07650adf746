import { LRUCache } from 'lru-cache';
import type { NotAsked, Unreachable } from '../../engine/answer.ts';
import type { Question } from '../../engine/ports.ts';
import { withDeadline } from '../../lib/wait.ts';
import { type Breaker, type BreakerOptions, type BreakerState, createBreaker } from './breaker.ts';
import { type BreakerScope, verdictOn } from './breaker-scope.ts';
import type { Around, Call, PortAnswer } from './decorate-each.ts';

/** When a breaker opens, and how it probes. */
export interface BreakersOptions extends BreakerOptions {
  /** How long the caller that starts a probe waits for it, in ms. */
  readonly probeWaitMs: number;
  /** Time limit for a probe, in ms. It goes on after the caller stopped waiting. */
  readonly probeMs: number;
  /** The maximum number of groups with failures that are remembered, and of breakers in a group. */
  readonly maxGroups: number;
  /** Called on each change of state. */
  readonly onState?: (host: string, state: BreakerState) => void;
}

/**
 * Returns what puts circuit breakers around calls, one for each key of `scope`. After `threshold` failures in a row, a
 * breaker opens: calls get `not-asked` at once, with the failure that opened it as `because`. From time to time, one
 * call goes through as a probe. A success closes the breaker.
 */
export function breakers(scope: BreakerScope, options: BreakersOptions): Around {
  const { clock, probeWaitMs, probeMs, maxGroups, onState } = options;
  /** Only groups whose last call failed have an entry. */
  const groups = new LRUCache<string, Map<string, Breaker>>({ max: maxGroups });

  function breakerOf(question: Question): Breaker | undefined {
    return groups.get(scope.groupOf(question))?.get(scope.keyOf(question));
  }

  function create(question: Question): void {
    const group = groups.get(scope.groupOf(question)) ?? new Map<string, Breaker>();
    groups.set(scope.groupOf(question), group);
    const [oldest] = group.keys();
    if (oldest !== undefined && group.size >= maxGroups) group.delete(oldest);
    group.set(scope.keyOf(question), createBreaker(options));
  }

  /** Updates the breaker after an answer. `isProbe`: the call was the probe of an open breaker. */
  function record<A extends PortAnswer>(question: Question, answer: A, isProbe = false): A {
    const verdict = scope.verdicts[verdictOn(answer)];
    if (verdict === 'failed' && answer.kind === 'unreachable') recordFailure(question, answer, isProbe);
    if (verdict === 'worked') close(question);
    if (verdict === 'unknown' && isProbe) change(question, (breaker) => breaker.untested());
    return answer;
  }

  function close(question: Question): void {
    const group = groups.get(scope.groupOf(question));
    if (group === undefined) return;
    groups.delete(scope.groupOf(question));
    for (const { state } of group.values()) if (state !== 'closed') onState?.(question.reference.registry, 'closed');
  }

  function recordFailure(question: Question, because: Unreachable, isProbe: boolean): void {
    if (breakerOf(question) === undefined) create(question);
    change(question, (breaker) => breaker.failed(because, isProbe, scope.subjectOf(question, because)));
  }

  function change(question: Question, event: (breaker: Breaker) => void): void {
    const breaker = breakerOf(question);
    if (breaker === undefined) return;
    const before = breaker.state;
    event(breaker);
    if (breaker.state !== before) onState?.(question.reference.registry, breaker.state);
  }

  /** Sends a probe. It has a signal of its own, because its result matters even if its caller has left. */
  async function probe<A extends PortAnswer>(question: Question, because: Unreachable, call: Call<A>): Promise<A> {
    onState?.(question.reference.registry, 'half-open');
    const deadline = new AbortController();
    const cancel = clock.schedule(probeMs, () => deadline.abort());
    try {
      return record(question, await call(deadline.signal), true);
    } catch (error) {
      recordFailure(question, because, true);
      throw error;
    } finally {
      cancel();
    }
  }

  return async (question, call, signal) => {
    signal.throwIfAborted();
    const pass = breakerOf(question)?.pass() ?? { kind: 'call' };
    if (pass.kind === 'call') return record(question, await call(signal));

    const host = question.reference.registry;
    const notAsked: NotAsked = { kind: 'not-asked', reason: 'breaker', host, because: pass.because };
    if (pass.kind === 'stop') return notAsked;
    const probing = probe(question, pass.because, call);
    return (await withDeadline(probeWaitMs, probing, clock, signal)) ?? notAsked;
  };
}
