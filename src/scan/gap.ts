import type { WorkloadKind } from '../engine/workload/kind-row.ts';
import { canI } from '../words/can-i.ts';

/** Why a kind was not listed to its end. */
export type GapReason =
  'forbidden' | 'expired' | 'timeout' | 'throttled' | 'server-error' | 'connection' | 'offline' | 'not-tried';

/** A kind of which a scan has not seen every object. */
export interface Gap {
  readonly kind: Pick<WorkloadKind, 'group' | 'kind' | 'resource'>;
  readonly reason: GapReason;
}

/**
 * Returns what a scan has not seen, and why, in one sentence without control characters. `namespace` is undefined for a
 * scan of all namespaces. A missing permission is named by verb, resource and namespace.
 */
export function gapSentence({ kind: { group, resource }, reason }: Gap, namespace: string | undefined): string {
  const name = group === '' ? resource : `${resource}.${group}`;
  const where = namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`;
  if (reason !== 'forbidden') return `${name} ${where}: the list is not complete, because ${reasons[reason]}`;
  return `${name} ${where}: no permission. The user needs the verb list on ${name} ${where}; check it with: ${canI('list', name, namespace)}`;
}

const reasons: Readonly<Record<Exclude<GapReason, 'forbidden'>, string>> = {
  expired: 'the API server did not keep it long enough',
  timeout: 'the API server did not answer in time',
  throttled: 'the API server limits requests',
  'server-error': 'the API server answered with an error',
  connection: 'the API server could not be reached',
  offline: 'no cluster was asked',
  'not-tried': 'the API server no longer answered',
};
