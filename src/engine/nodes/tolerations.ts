import { objectsAt, textAt, type JsonObject } from '../../lib/json.ts';

/** A taint of a node that keeps pods away; those that only prefer (`PreferNoSchedule`) are left out. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/**
 * Whether a pod may run on a node with these taints. Mirrors ToleratesTaint of k8s.io/component-helpers v0.36.3
 * scheduling/corev1.
 */
export function toleratesAll(podSpec: JsonObject, taints: readonly Taint[]): boolean {
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
