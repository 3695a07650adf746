import { objectsAt, textAt, type JsonObject } from '../../lib/json.ts';

/** A taint of a node that keeps pods away. Taints that only prefer other nodes (`PreferNoSchedule`) are left out. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/**
 * Returns a function that says whether a pod tolerates all taints of a node. The time of that function does not depend
 * on the number of tolerations. Mirrors ToleratesTaint of k8s.io/api v0.36.3 core/v1, except the operators `Lt` and
 * `Gt`, which count as not tolerated.
 */
export function tolerationsOf(podSpec: JsonObject): (taints: readonly Taint[]) => boolean {
  let tolerated: ReadonlySet<string> | undefined;
  return (taints) => {
    // Most nodes have no taints, and there may be thousands.
    if (taints.length === 0) return true;
    const texts = (tolerated ??= new Set(objectsAt(podSpec, 'tolerations').map(toleratedText)));
    return taints.every((taint) => textsOf(taint).some((text) => texts.has(text)));
  };
}

/** What a toleration tolerates. An empty key or effect stands for every one. Empty if it tolerates nothing. */
function toleratedText(toleration: JsonObject): string {
  const [key, effect] = [textAt(toleration, 'key'), textAt(toleration, 'effect')];
  const operator = textAt(toleration, 'operator') || 'Equal';
  if (operator === 'Exists') return JSON.stringify([key, effect]);
  return operator === 'Equal' && key !== '' ? JSON.stringify([key, effect, textAt(toleration, 'value')]) : '';
}

/** The texts of all tolerations that tolerate a taint. */
function textsOf({ key, value, effect }: Taint): readonly string[] {
  const exists = [key, ''].flatMap((anyKey) => [effect, ''].map((anyEffect) => [anyKey, anyEffect]));
  const equal = [effect, ''].map((anyEffect) => [key, anyEffect, value]);
  return [...exists, ...equal].map((parts) => JSON.stringify(parts));
}
