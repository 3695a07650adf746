import type { Question } from '../../engine/ports.ts';
import { createFairGate, type FairGate, type FairGateOptions } from '../../lib/fair-gate.ts';
import type { Around } from './decorate-each.ts';

export interface LimitOptions extends Pick<FairGateOptions, 'maxWaiting'> {
  /** Calls with equal keys share the places. */
  readonly keyOf: (question: Question) => string;
  /** The number of places of a key, now. */
  readonly placesOf: (key: string) => number;
  /** Called with the number of active and waiting calls of a key each time that they change. */
  readonly onLoad?: (key: string, active: number, waiting: number) => void;
}

/**
 * Returns what makes calls wait for a place. The namespaces share the places of a key (see `FairGate`). If too many
 * calls of a namespace wait, further ones get `not-asked` with the reason `overload`.
 */
export function limits({ keyOf, placesOf, onLoad, maxWaiting }: LimitOptions): Around {
  // The map needs no bound, because a key is in it only during calls.
  const gates = new Map<string, FairGate>();

  return async (question, call, signal) => {
    signal.throwIfAborted();
    const key = keyOf(question);
    const gate = gates.get(key) ?? createFairGate({ places: () => placesOf(key), maxWaiting });
    gates.set(key, gate);

    function reportLoad(): void {
      onLoad?.(key, gate.held, gate.waiting);
    }

    try {
      const entering = gate.enter(question.namespace ?? '', signal);
      reportLoad();
      const leave = await entering;
      if (leave === undefined) return { kind: 'not-asked', reason: 'overload', host: question.reference.registry };
      try {
        return await call(signal);
      } finally {
        leave();
      }
    } finally {
      if (gate.held === 0 && gate.waiting === 0) gates.delete(key);
      reportLoad();
    }
  };
}
