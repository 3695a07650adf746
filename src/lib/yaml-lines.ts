import { isAlias, isMap, isNode, isScalar, isSeq, type Document, type LineCounter, type Pair } from 'yaml';

/** The steps of a field path: four for `spec.containers[0].image`, none for ''. */
export function parseFieldPath(fieldPath: string): readonly string[] {
  return fieldPath.split(/[.[\]]+/).filter((step) => step !== '');
}

/** The field path as kubectl and the API server write it, for example `namespaces[0].profile`. */
export function formatFieldPath(path: readonly string[]): string {
  return path
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

/** The node at `path` below the node `from`. Follows aliases. Undefined if there is no such node. */
export function nodeAt(document: Document, from: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, step) => childOf(resolved(document, node), step)?.value, from);
}

/**
 * The line number, from 1, of the node at `path`, or of its nearest ancestor that exists. The line of a field is the
 * line of its key. `path` starts at the node `from`, by default at the root of the document.
 */
export function lineAt(document: Document, lines: LineCounter, path: readonly string[], from?: unknown): number {
  let node = resolved(document, from ?? document.contents);
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    const child = childOf(node, step);
    if (child === undefined) break;
    offset = startOf(child.key) ?? startOf(child.value) ?? offset;
    node = resolved(document, child.value);
  }
  return lines.linePos(offset).line;
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** The member or item `step` of a node. If a key occurs twice, the last one counts, as in JSON.parse. */
function childOf(node: unknown, step: string): Pick<Pair, 'key' | 'value'> | undefined {
  if (isSeq(node)) {
    const value = node.items[Number(step)];
    return value === undefined ? undefined : { key: undefined, value };
  }
  return isMap(node) ? node.items.findLast(({ key }) => isScalar(key) && String(key.value) === step) : undefined;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** Why a document cannot be read, and the line number. */
export interface DocumentProblem {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** One line of text without control characters. */
  readonly reason: string;
}

/** The first problem of a document. Undefined if the document can be read. */
export function documentProblem(document: Document.Parsed, lines: LineCounter): DocumentProblem | undefined {
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col: column } = error.linePos?.[0] ?? { line: 1, col: 1 };
    return { line, column, reason: firstLine(error.message) };
  }
  try {
    document.toJS();
    return undefined;
  } catch (error) {
    // yaml throws a ReferenceError for an alias without an anchor, and for aliases that expand a small file too far.
    if (!(error instanceof ReferenceError)) throw error;
    const { line, col: column } = lines.linePos(document.contents?.range?.[0] ?? 0);
    return { line, column, reason: firstLine(error.message) };
  }
}

function firstLine(text: string): string {
  return (/^[^\n;]*/.exec(text)?.[0] ?? '').replace(/ at line \d+, column \d+:$/, '').replaceAll(/\p{Cc}+/gu, ' ');
}
