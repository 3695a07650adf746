import { LRUCache } from 'lru-cache';
import type { NotAsked, Unreachable, UnreachableReason } from '../../engine/answer.ts';
import type { Registry } from '../../engine/ports.ts';
import { type Call, decorateEach, type PortAnswer } from './decorate-each.ts';
import { withDeadline } from '../../lib/wait.ts';
import { type Breaker, type BreakerOptions, type BreakerState, createBreaker } from './breaker.ts';

/** When a breaker opens, and how it probes the host. */
export interface BreakerRegistryOptions extends BreakerOptions {
  /** How long the caller that starts a probe waits for it, in ms. */
  readonly probeWaitMs: number;
  /** Time limit for a probe, in ms. It goes on after the caller stopped waiting. */
  readonly probeMs: number;
  /** The maximum number of failing hosts that are remembered. */
  readonly maxHosts: number;
  /** Called on each change of state. */
  readonly onState?: (host: string, state: BreakerState) => void;
}

/**
 * Whether a reason counts as an outage of the host: it usually takes long to detect, and affects every image. The other
 * reasons are detected at once, or may affect only one repository. Each has a finding of its own, which an open breaker
 * would hide.
 */
const isOutage: Readonly<Record<UnreachableReason, boolean>> = {
  timeout: true,
  'connection-refused': true,
  reset: true,
  'dns-failed': true,
  proxy: true,
  'server-error': true,
  'tls-failed': true,
  'dns-not-found': false,
  'tls-untrusted': false,
  'tls-expired': false,
  'tls-wrong-host': false,
  'plain-http': false,
  'token-answer': false,
  'web-page': false,
  protocol: false,
  'unproven-host': false,
};

/**
 * Returns `registry` with a circuit breaker for each host. After `threshold` failures in a row, the breaker opens:
 * calls get `not-asked` at once, with the failure that opened it as `because`. From time to time, one call goes through
 * as a probe. A success closes the breaker.
 */
export function breakerRegistry(registry: Registry, options: BreakerRegistryOptions): Registry {
  const { clock, probeWaitMs, probeMs, maxHosts, onState } = options;
  /** Only hosts whose last call failed have an entry. */
  const breakers = new LRUCache<string, Breaker>({ max: maxHosts });

  /** Updates the breaker after an answer. `openedBy` is set for a probe: the failure that had opened the breaker. */
  function record<A extends PortAnswer>(host: string, answer: A, openedBy?: Unreachable): A {
    const before = breakers.get(host);
    const failure = outageOf(answer) ?? (answer.kind === 'not-asked' ? openedBy : undefined);
    if (failure !== undefined) recordFailure(host, failure, openedBy !== undefined);
    else if (before !== undefined && answer.kind !== 'not-asked') {
      breakers.delete(host);
      if (before.state !== 'closed') onState?.(host, 'closed');
    }
    return answer;
  }

  function recordFailure(host: string, because: Unreachable, isProbe: boolean): void {
    const breaker = breakers.get(host) ?? createBreaker(options);
    breakers.set(host, breaker);
    const before = breaker.state;
    breaker.failed(because, isProbe);
    if (breaker.state !== before) onState?.(host, breaker.state);
  }

  /** Sends a probe. It has a signal of its own, because its result matters even if its caller has left. */
  async function probe<A extends PortAnswer>(host: string, because: Unreachable, call: Call<A>): Promise<A> {
    onState?.(host, 'half-open');
    const deadline = new AbortController();
    const cancel = clock.schedule(probeMs, () => deadline.abort());
    try {
      return record(host, await call(deadline.signal), because);
    } catch (error) {
      recordFailure(host, because, true);
      throw error;
    } finally {
      cancel();
    }
  }

  return decorateEach(registry, async (question, call, signal) => {
    signal.throwIfAborted();
    const host = question.reference.registry;
    const pass = breakers.get(host)?.pass() ?? { kind: 'call' };
    if (pass.kind === 'call') return record(host, await call(signal));

    const notAsked: NotAsked = { kind: 'not-asked', reason: 'breaker', host, because: pass.because };
    if (pass.kind === 'stop') return notAsked;
    const probing = probe(host, pass.because, call);
    return (await withDeadline(probeWaitMs, probing, clock, signal)) ?? notAsked;
  });
}

function outageOf(answer: PortAnswer): Unreachable | undefined {
  return answer.kind === 'unreachable' && isOutage[answer.reason] ? answer : undefined;
}
