import { arrayOf, descend, objectOf, stringMapOf, stringOf, type JsonObject } from '../../lib/json.ts';
import type { NodeFacts } from './node.ts';

/**
 * Returns the nodes that a pod may run on, by `nodeName`, `nodeSelector` and required node affinity. Ignores resources
 * and preferences, because they only decide where the pod runs now, and taints, because an admission plugin may add
 * tolerations later: see `toleratesAll`. Mirrors kubernetes v1.36.3
 * k8s.io/component-helpers/scheduling/corev1/nodeaffinity.
 */
export function candidateNodes(podSpec: JsonObject, nodes: readonly NodeFacts[]): readonly NodeFacts[] {
  const nodeName = stringOf(podSpec['nodeName']);
  if (nodeName !== '') return nodes.filter((node) => node.name === nodeName);
  const selector = Object.entries(stringMapOf(podSpec['nodeSelector']));
  const required = descend(podSpec, ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution']);
  const terms = required['nodeSelectorTerms'];
  return nodes.filter(
    (node) =>
      selector.every(([key, value]) => node.labels[key] === value) &&
      (terms === undefined || arrayOf(terms).some((term) => termMatches(objectOf(term), node))),
  );
}

function termMatches(term: JsonObject, node: NodeFacts): boolean {
  const expressions = arrayOf(term['matchExpressions']).map(objectOf);
  const fields = arrayOf(term['matchFields']).map(objectOf);
  // An empty term matches no node, unlike an empty label selector.
  if (expressions.length + fields.length === 0) return false;
  return (
    expressions.every((expression) => requirementMatches(expression, node.labels)) &&
    fields.every((field) => requirementMatches(field, { 'metadata.name': node.name }))
  );
}

type Operator = (value: string | undefined, wanted: readonly string[]) => boolean;

const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['In', (value, wanted) => value !== undefined && wanted.includes(value)],
  ['NotIn', (value, wanted) => value === undefined || !wanted.includes(value)],
  ['Exists', (value) => value !== undefined],
  ['DoesNotExist', (value) => value === undefined],
  ['Gt', (value, wanted) => compareIntegers(value, wanted) > 0],
  ['Lt', (value, wanted) => compareIntegers(value, wanted) < 0],
]);

function requirementMatches(requirement: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const key = stringOf(requirement['key']);
  const operator = operators.get(stringOf(requirement['operator']));
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  return operator?.(value, arrayOf(requirement['values']).map(stringOf)) ?? false;
}

function compareIntegers(value: string | undefined, wanted: readonly string[]): number {
  const integer = /^[+-]?\d+$/;
  const [bound] = wanted;
  if (value === undefined || bound === undefined || wanted.length !== 1) return Number.NaN;
  return integer.test(value) && integer.test(bound) ? Number(value) - Number(bound) : Number.NaN;
}
