import { arrayOf, descend, objectOf, stringMapOf, stringOf, type JsonObject } from '../../lib/json.ts';
import { limits } from '../limits.ts';
import type { NodeFacts } from './node.ts';

type Condition = (node: NodeFacts) => boolean;

/** What a pod spec says about the nodes that the pod may run on, ready to be compared with many nodes. */
export interface NodeSelection {
  /** How many labels, requirements and values it has, and how many tolerations the pod has. */
  readonly size: number;
  /** Undefined if the pod may run on every node. */
  readonly matches: Condition | undefined;
}

/**
 * Returns the selection of a pod spec by `nodeName`, `nodeSelector` and required node affinity. Undefined if it is
 * larger than `limits.nodeTerms`. Mirrors kubernetes v1.36.3 k8s.io/component-helpers/scheduling/corev1/nodeaffinity.
 */
export function nodeSelection(podSpec: JsonObject): NodeSelection | undefined {
  const required = descend(podSpec, ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution']);
  const terms = required['nodeSelectorTerms'];
  const size = sizeOf(podSpec, arrayOf(terms));
  if (size > limits.nodeTerms) return undefined;
  const nodeName = stringOf(podSpec['nodeName']);
  if (nodeName !== '') return { size, matches: ({ name }) => name === nodeName };
  const labels = Object.entries(stringMapOf(podSpec['nodeSelector']));
  const conditions = arrayOf(terms).map(termCondition);
  if (labels.length === 0 && terms === undefined) return { size, matches: undefined };
  return {
    size,
    matches: (node) =>
      labels.every(([key, value]) => node.labels[key] === value) &&
      (terms === undefined || conditions.some((condition) => condition(node))),
  };
}

/** Stops to count above the limit. */
function sizeOf(podSpec: JsonObject, terms: readonly unknown[]): number {
  const labels = Object.keys(objectOf(podSpec['nodeSelector'])).length;
  let size = labels + terms.length + arrayOf(podSpec['tolerations']).length;
  for (const term of terms) {
    if (size > limits.nodeTerms) return size;
    for (const requirement of [...requirementsOf(term, 'matchExpressions'), ...requirementsOf(term, 'matchFields')]) {
      size += 1 + arrayOf(requirement['values']).length;
    }
  }
  return size;
}

function requirementsOf(term: unknown, field: 'matchExpressions' | 'matchFields'): readonly JsonObject[] {
  return arrayOf(objectOf(term)[field])
    .slice(0, limits.nodeTerms + 1)
    .map(objectOf);
}

function termCondition(term: unknown): Condition {
  const expressions = requirementsOf(term, 'matchExpressions').map(requirementCondition);
  const fields = requirementsOf(term, 'matchFields').map(requirementCondition);
  // An empty term matches no node, unlike an empty label selector.
  if (expressions.length + fields.length === 0) return () => false;
  return ({ name, labels }) =>
    expressions.every((matches) => matches(labels)) && fields.every((matches) => matches({ 'metadata.name': name }));
}

type Operator = (value: string | undefined, wanted: ReadonlySet<string>, bounds: readonly string[]) => boolean;

const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['In', (value, wanted) => value !== undefined && wanted.has(value)],
  ['NotIn', (value, wanted) => value === undefined || !wanted.has(value)],
  ['Exists', (value) => value !== undefined],
  ['DoesNotExist', (value) => value === undefined],
  ['Gt', (value, _wanted, bounds) => compareIntegers(value, bounds) > 0],
  ['Lt', (value, _wanted, bounds) => compareIntegers(value, bounds) < 0],
]);

function requirementCondition(requirement: JsonObject): (labels: Readonly<Record<string, string>>) => boolean {
  const key = stringOf(requirement['key']);
  const operator = operators.get(stringOf(requirement['operator']));
  const values = arrayOf(requirement['values']).map(stringOf);
  const wanted = new Set(values);
  return (labels) => operator?.(Object.hasOwn(labels, key) ? labels[key] : undefined, wanted, values) ?? false;
}

function compareIntegers(value: string | undefined, bounds: readonly string[]): number {
  const integer = /^[+-]?\d+$/;
  const [bound] = bounds;
  if (value === undefined || bound === undefined || bounds.length !== 1) return Number.NaN;
  return integer.test(value) && integer.test(bound) ? Number(value) - Number(bound) : Number.NaN;
}
