import { objectsAt, textAt, type JsonObject } from '../../lib/json.ts';

/** A taint of a node that keeps pods away. Taints that only prefer other nodes (`PreferNoSchedule`) are left out. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/**
 * Returns whether a pod tolerates all taints of a node. Mirrors ToleratesTaint of k8s.io/api v0.36.3 core/v1, except the
 * operators `Lt` and `Gt`, which count as not tolerated.
 */
export function toleratesAll(podSpec: JsonObject, taints: readonly Taint[]): boolean {
  // Most nodes have no taints, and there may be thousands.
  if (taints.length === 0) return true;
  const tolerations = objectsAt(podSpec, 'tolerations');
  return taints.every((taint) => tolerations.some((toleration) => tolerates(toleration, taint)));
}

function tolerates(toleration: JsonObject, { key, value, effect }: Taint): boolean {
  const wantedEffect = textAt(toleration, 'effect');
  const wantedKey = textAt(toleration, 'key');
  if (wantedEffect !== '' && wantedEffect !== effect) return false;
  if (wantedKey !== '' && wantedKey !== key) return false;
  const operator = textAt(toleration, 'operator') || 'Equal';
  if (operator === 'Exists') return true;
  return operator === 'Equal' && wantedKey !== '' && textAt(toleration, 'value') === value;
}
