import type { Registry } from '../../engine/ports.ts';
import { decorateEach } from './decorate-each.ts';
import { createGate, type Gate } from './gate.ts';

/** How much is asked of one registry at a time. */
export interface LimitOptions {
  /** Asks under way at one registry. */
  readonly concurrency: number;
  /** Asks that may wait for one registry; the next is answered `not-asked`, `overload`. */
  readonly maxWaiting: number;
  /** Asks under way and in line, each time that they change. */
  readonly onLoad?: (host: string, active: number, waiting: number) => void;
}

/** `registry` with a line of its own before each host, so that a dead registry holds up only its own askers (R26). */
export function limitedRegistry(registry: Registry, options: LimitOptions): Registry {
  // No bound of its own: a host is here only while somebody asks it.
  const gates = new Map<string, Gate>();

  return decorateEach(registry, async (question, ask, signal) => {
    signal.throwIfAborted();
    const host = question.reference.registry;
    const gate = gates.get(host) ?? createGate(options.concurrency, options.maxWaiting);
    gates.set(host, gate);

    function tell(): void {
      options.onLoad?.(host, gate.active, gate.waiting);
    }

    try {
      const entering = gate.enter(signal);
      tell();
      if (!(await entering)) return { kind: 'not-asked', reason: 'overload', host };
      try {
        return await ask(signal);
      } finally {
        gate.leave();
      }
    } finally {
      if (gate.active === 0) gates.delete(host);
      tell();
    }
  });
}
