import type { Registry } from '../../engine/ports.ts';
import { decorateEach } from './decorate-each.ts';
import { createGate, type Gate } from './gate.ts';

/** Limits for each registry. */
export interface LimitOptions {
  /** The maximum number of concurrent calls to a registry. */
  readonly concurrency: number;
  /** The maximum number of calls that wait for a registry. Further calls get `not-asked` with the reason `overload`. */
  readonly maxWaiting: number;
  /** Called with the number of active and waiting calls each time that they change. */
  readonly onLoad?: (host: string, active: number, waiting: number) => void;
}

/** Returns `registry` with a queue for each host, so that a dead registry delays only the calls to it. */
export function limitedRegistry(registry: Registry, options: LimitOptions): Registry {
  // The map needs no bound, because a host is in it only during calls to it.
  const gates = new Map<string, Gate>();

  return decorateEach(registry, async (question, call, signal) => {
    signal.throwIfAborted();
    const host = question.reference.registry;
    const gate = gates.get(host) ?? createGate(options.concurrency, options.maxWaiting);
    gates.set(host, gate);

    function reportLoad(): void {
      options.onLoad?.(host, gate.active, gate.waiting);
    }

    try {
      const entering = gate.enter(signal);
      reportLoad();
      if (!(await entering)) return { kind: 'not-asked', reason: 'overload', host };
      try {
        return await call(signal);
      } finally {
        gate.leave();
      }
    } finally {
      if (gate.active === 0) gates.delete(host);
      reportLoad();
    }
  });
}
