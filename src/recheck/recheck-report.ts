import type { Finding } from '../engine/finding.ts';
import type { ObjectIdentity } from '../engine/workload/object-identity.ts';

/** The result of a recheck. `healed`: every uncertain image can now be pulled. `failing`: `findings` remain. */
export interface RecheckReport {
  readonly object: ObjectIdentity;
  readonly outcome: 'healed' | 'failing';
  /** Empty if the outcome is `healed`. */
  readonly findings: readonly Finding[];
}

/**
 * How a recheck ended, for a metric. `gone`: the object was deleted. `superseded`: the object changed. `dropped`: too
 * many objects waited, or the process stopped. `error`: a bug, or a timeout.
 */
export type RecheckEnd = RecheckReport['outcome'] | 'gone' | 'superseded' | 'dropped' | 'error';
