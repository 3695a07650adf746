import { isAlias, isMap, isNode, isScalar, isSeq, type Document, type LineCounter, type Pair } from 'yaml';

/** The steps of a field path: `spec.containers[0].image` has four; '' has none. */
export function parseFieldPath(fieldPath: string): readonly string[] {
  return fieldPath.split(/[.[\]]+/).filter((step) => step !== '');
}

/** `namespaces[0].profile`, as kubectl and the API server write field paths. */
export function formatFieldPath(path: readonly string[]): string {
  return path
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

/** The node at the end of `path`, through aliases; undefined if there is none. */
export function nodeAt(document: Document, from: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, step) => childOf(resolved(document, node), step)?.value, from);
}

/** The line, from 1, of the last step of `path` that is written; a field starts at its key. `from` is a node of the document. */
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

/** If a key is written twice, the last one counts. */
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

/** What keeps a document from being read, and on which line. */
export interface DocumentProblem {
  /** From 1. */
  readonly line: number;
  /** One line for people. */
  readonly reason: string;
}

/** The first problem of a document; undefined: it can be read. */
export function documentProblem(document: Document.Parsed, lines: LineCounter): DocumentProblem | undefined {
  const [error] = document.errors;
  if (error !== undefined) return { line: error.linePos?.[0].line ?? 1, reason: firstLine(error.message) };
  try {
    document.toJS();
    return undefined;
  } catch (error) {
    // yaml throws for an alias without an anchor, and for aliases that would blow a small file up.
    if (!(error instanceof ReferenceError)) throw error;
    return { line: lines.linePos(document.contents?.range?.[0] ?? 0).line, reason: firstLine(error.message) };
  }
}

function firstLine(text: string): string {
  return (/^[^\n;]*/.exec(text)?.[0] ?? '').replace(/ at line \d+, column \d+:$/, '').replaceAll(/\p{Cc}+/gu, ' ');
}
