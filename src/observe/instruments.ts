import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** In seconds, from a cached answer to the longest timeout of the API server. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Creates metrics whose names begin with `pullgate_`. */
export interface Instruments {
  readonly counter: <L extends string>(name: string, help: string, labelNames: readonly L[]) => Counter<L>;
  readonly gauge: <L extends string>(name: string, help: string, labelNames: readonly L[]) => Gauge<L>;
  /** Creates a gauge whose value is read at each scrape. */
  readonly sampled: (name: string, help: string, read: () => number) => void;
  /** Creates a histogram of times in seconds. */
  readonly histogram: <L extends string>(name: string, help: string, labelNames: readonly L[]) => Histogram<L>;
}

/** Returns what creates metrics in `registry`. */
export function createInstruments(registry: Registry): Instruments {
  function shared<L extends string>(name: string, help: string, labelNames: readonly L[]) {
    return { name: `pullgate_${name}`, help, labelNames, registers: [registry] };
  }

  return {
    counter: (name, help, labelNames) => new Counter(shared(name, help, labelNames)),
    gauge: (name, help, labelNames) => new Gauge(shared(name, help, labelNames)),
    sampled(name, help, read) {
      const metric: Gauge = new Gauge({ ...shared(name, help, []), collect: () => metric.set(read()) });
    },
    histogram: (name, help, labelNames) => new Histogram({ ...shared(name, help, labelNames), buckets }),
  };
}
