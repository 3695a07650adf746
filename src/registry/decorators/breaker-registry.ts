import { LRUCache } from 'lru-cache';
import type { NotAsked, Unreachable, UnreachableReason } from '../../engine/answer.ts';
import type { Registry } from '../../engine/ports.ts';
import { type Call, decorateEach, type PortAnswer } from './decorate-each.ts';
import { withDeadline } from '../../lib/wait.ts';
import { type Breaker, type BreakerOptions, type BreakerState, createBreaker } from './breaker.ts';

/** When a host is given up, and how it is tried again. */
export interface BreakerRegistryOptions extends BreakerOptions {
  /** How long the ask that probes is kept waiting, in ms; the probe itself goes on, for `probeMs` at most. */
  readonly probeWaitMs: number;
  readonly probeMs: number;
  /** Hosts in trouble that are remembered. */
  readonly maxHosts: number;
  readonly onState?: (host: string, state: BreakerState) => void;
}

/**
 * Whether a reason says that the host is out: slow to find out, and true of every image. The others come at once, or
 * may concern one repository; and they are findings of their own, whose words a breaker would hide.
 */
const meansOut: Readonly<Record<UnreachableReason, boolean>> = {
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
  protocol: false,
};

/**
 * `registry` with a breaker for each host (R26): after some failures in a row nobody waits for it any more, but for
 * one probe at times. While it is open the answer is `not-asked`, with the failure that opened it as its cause.
 */
export function breakerRegistry(registry: Registry, options: BreakerRegistryOptions): Registry {
  const { clock, probeWaitMs, probeMs, maxHosts, onState } = options;
  /** Hosts whose last ask failed: the healthy cost nothing. */
  const breakers = new LRUCache<string, Breaker>({ max: maxHosts });

  /** Takes in what a host said, or did not say. `probeFor`: what the breaker was open for that let this ask through. */
  function learn<A extends PortAnswer>(host: string, answer: A, probeFor?: Unreachable): A {
    const before = breakers.get(host);
    const failure = failureOf(answer) ?? (answer.kind === 'not-asked' ? probeFor : undefined);
    if (failure !== undefined) fail(host, failure, probeFor !== undefined);
    else if (before !== undefined && answer.kind !== 'not-asked') {
      breakers.delete(host);
      if (before.state !== 'closed') onState?.(host, 'closed');
    }
    return answer;
  }

  function fail(host: string, because: Unreachable, probe: boolean): void {
    const breaker = breakers.get(host) ?? createBreaker(options);
    breakers.set(host, breaker);
    const before = breaker.state;
    breaker.failed(because, probe);
    if (breaker.state !== before) onState?.(host, breaker.state);
  }

  /** The probe belongs to everyone: it goes on when the one who happened to send it has left. */
  async function probe<A extends PortAnswer>(host: string, because: Unreachable, ask: Call<A>): Promise<A> {
    onState?.(host, 'half-open');
    const deadline = new AbortController();
    const callOff = clock.schedule(probeMs, () => deadline.abort());
    try {
      return learn(host, await ask(deadline.signal), because);
    } catch (error) {
      fail(host, because, true);
      throw error;
    } finally {
      callOff();
    }
  }

  return decorateEach(registry, async (question, ask, signal) => {
    signal.throwIfAborted();
    const host = question.reference.registry;
    const pass = breakers.get(host)?.pass() ?? { kind: 'ask' };
    if (pass.kind === 'ask') return learn(host, await ask(signal));

    const notAsked: NotAsked = { kind: 'not-asked', reason: 'breaker', host, because: pass.because };
    if (pass.kind === 'stop') return notAsked;
    const probing = probe(host, pass.because, ask);
    return (await withDeadline(probeWaitMs, probing, clock, signal)) ?? notAsked;
  });
}

function failureOf(reply: PortAnswer): Unreachable | undefined {
  return reply.kind === 'unreachable' && meansOut[reply.reason] ? reply : undefined;
}
