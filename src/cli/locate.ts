import { isAlias, isMap, isNode, isScalar, isSeq, type Document, type Pair } from 'yaml';

/** `spec.containers[0].image` as steps; '' is none. */
export function steps(fieldPath: string): readonly string[] {
  return fieldPath.split(/[.[\]]+/).filter((step) => step !== '');
}

/** The node that `path` leads to, through aliases; undefined where it leads nowhere. */
export function nodeAt(document: Document.Parsed, from: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, step) => childOf(resolved(document, node), step)?.value, from);
}

/** Where, in characters of the text, the last step of `path` that is written begins: a field at its key. */
export function offsetAt(document: Document.Parsed, from: unknown, path: readonly string[]): number {
  let node = resolved(document, from);
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    const child = childOf(node, step);
    if (child === undefined) break;
    offset = startOf(child.key) ?? startOf(child.value) ?? offset;
    node = resolved(document, child.value);
  }
  return offset;
}

function resolved(document: Document.Parsed, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** Of a key that is written twice the last counts. */
function childOf(node: unknown, step: string): Pick<Pair, 'key' | 'value'> | undefined {
  if (isSeq(node)) return { key: undefined, value: node.items[Number(step)] };
  return isMap(node) ? node.items.findLast(({ key }) => isScalar(key) && String(key.value) === step) : undefined;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
