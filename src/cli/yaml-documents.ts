import { LineCounter, parseAllDocuments, type Document } from 'yaml';
import { lineAt, nodeAt, parseFieldPath } from '../lib/yaml-lines.ts';

/** The YAML documents in a text, and the positions of its lines. */
export interface YamlDocuments {
  readonly documents: readonly Document.Parsed[];
  readonly lines: LineCounter;
}

/** Parses a text as kubectl does: if a key is written twice, the last value counts. The errors are in the documents. */
export function parseYaml(text: string): YamlDocuments {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, uniqueKeys: false, logLevel: 'error' });
  return { documents: [...documents], lines };
}

/** Where an object is: the number of its document in a text, and the path to it in the document. */
export interface Position {
  readonly text: string;
  readonly index: number;
  readonly path: readonly string[];
}

/** Returns the line of a field below an object, from 1, or of its nearest parent. */
export function lineIn({ documents, lines }: YamlDocuments, { index, path }: Position, fieldPath: string): number {
  const document = documents[index];
  if (document === undefined) return 1;
  return lineAt(document, lines, parseFieldPath(fieldPath), nodeAt(document, document.contents, path));
}

let latest: { readonly text: string; readonly parsed: YamlDocuments } | undefined;

/**
 * Returns the same as `lineIn`, and parses the text again unless it was the last one. Parsed YAML takes 150 times the
 * memory of its text, so it is not kept for every object.
 */
export function lineInAgain(position: Position, fieldPath: string): number {
  if (latest?.text !== position.text) latest = { text: position.text, parsed: parseYaml(position.text) };
  return lineIn(latest.parsed, position, fieldPath);
}
