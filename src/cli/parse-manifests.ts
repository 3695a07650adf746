import { LineCounter, parseAllDocuments, type Document } from 'yaml';
import { arrayOf, objectOf, stringOf } from '../lib/json.ts';
import { documentProblem, lineAt, nodeAt, parseFieldPath } from '../lib/yaml-lines.ts';
import type { Manifest } from './manifest.ts';

/** A file's text, and the name by which a problem speaks of it. */
export interface ManifestText {
  readonly name: string;
  readonly text: string;
}

/** `problem` is one line for people: file, line, and what is wrong there. */
export type ParsedManifests =
  | { readonly kind: 'manifests'; readonly manifests: readonly Manifest[] }
  | { readonly kind: 'invalid'; readonly problem: string };

/**
 * The objects of a text of YAML documents or JSON, those within Lists one by one. What is no Kubernetes object (Helm's
 * values, a comment) is passed over; what is not even YAML is a problem. A key that is written twice counts by its last
 * value, as it does for kubectl.
 */
export function parseManifests({ name, text }: ManifestText): ParsedManifests {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, uniqueKeys: false, logLevel: 'error' });
  const manifests: Manifest[] = [];
  for (const document of documents) {
    const problem = documentProblem(document, lines);
    if (problem !== undefined) return { kind: 'invalid', problem: `${name}:${problem.line}: ${problem.reason}` };
    manifests.push(...objectsIn(document.toJS(), []).map((found) => manifestOf(name, document, lines, found)));
  }
  return { kind: 'manifests', manifests };
}

interface Found {
  readonly object: Manifest['object'];
  /** From the document's root to the object. */
  readonly path: readonly string[];
}

function objectsIn(value: unknown, path: readonly string[]): readonly Found[] {
  const object = objectOf(value);
  const kind = stringOf(object['kind']);
  if (kind === '' || stringOf(object['apiVersion']) === '') return [];
  if (!kind.endsWith('List') || !Array.isArray(object['items'])) return [{ object, path }];
  return arrayOf(object['items']).flatMap((item, index) => objectsIn(item, [...path, 'items', String(index)]));
}

function manifestOf(file: string, document: Document.Parsed, lines: LineCounter, { object, path }: Found): Manifest {
  const root = nodeAt(document, document.contents, path);
  return {
    object,
    file,
    lineOf: (fieldPath) => lineAt(document, lines, parseFieldPath(fieldPath), root),
  };
}
