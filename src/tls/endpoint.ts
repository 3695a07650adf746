import { systemClock, type Clock } from '../lib/clock.ts';

/** What a replica knows about itself as an endpoint of its Service. */
export interface Endpoint {
  /** Takes note that `/readyz` was answered with 200. */
  wasReady(): void;
  /** Whether the Service leads to this replica, on every node. */
  leadsHere(): boolean;
}

export interface EndpointOptions {
  /** Called when `leadsHere` becomes true. */
  readonly onLeadsHere: () => void;
  /**
   * Time in ms from the answer to the kubelet until every node routes the Service to this replica: the kubelet reports
   * the Pod as ready, a controller adds it to an EndpointSlice, and each kube-proxy changes its rules.
   */
  readonly settleMs?: number;
  readonly clock?: Pick<Clock, 'schedule'>;
}

/** The manifests have a startup probe and a readiness probe. The Pod is ready after both have succeeded. */
const probes = 2;

/** Counts the probes. Once it leads here, it stays so: replicas that start later find the rules written. */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const { onLeadsHere, settleMs = 5_000, clock = systemClock } = options;
  let answers = 0;
  let leads = false;
  return {
    wasReady() {
      answers += 1;
      if (answers !== probes) return;
      clock.schedule(settleMs, () => {
        leads = true;
        onLeadsHere();
      });
    },
    leadsHere: () => leads,
  };
}
