import { LineCounter, parseAllDocuments, type Document } from 'yaml';
import { arrayOf, objectOf, stringOf } from '../lib/json.ts';
import { documentProblem, lineAt, nodeAt, parseFieldPath } from '../lib/yaml-lines.ts';
import type { Manifest } from './manifest.ts';

/** The text of a file, and the file name to use in messages. */
export interface ManifestText {
  readonly name: string;
  readonly text: string;
}

/** `problem` is one line for the user: file, line and cause. */
export type ParsedManifests =
  | { readonly kind: 'manifests'; readonly manifests: readonly Manifest[] }
  | { readonly kind: 'invalid'; readonly problem: string };

/**
 * Returns the Kubernetes objects in YAML documents or JSON, and each item of a List as its own object. Documents that
 * are not Kubernetes objects (Helm values, comments) are skipped. Invalid YAML gives `invalid`. If a key is written
 * twice, the last value counts, as in kubectl.
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

interface FoundObject {
  readonly object: Manifest['object'];
  /** The keys and indexes from the root of the document to the object. */
  readonly path: readonly string[];
}

function objectsIn(value: unknown, path: readonly string[]): readonly FoundObject[] {
  const object = objectOf(value);
  const kind = stringOf(object['kind']);
  if (kind === '' || stringOf(object['apiVersion']) === '') return [];
  if (!kind.endsWith('List') || !Array.isArray(object['items'])) return [{ object, path }];
  return arrayOf(object['items']).flatMap((item, index) => objectsIn(item, [...path, 'items', String(index)]));
}

function manifestOf(
  file: string,
  document: Document.Parsed,
  lines: LineCounter,
  { object, path }: FoundObject,
): Manifest {
  const root = nodeAt(document, document.contents, path);
  return {
    object,
    file,
    lineOf: (fieldPath) => lineAt(document, lines, parseFieldPath(fieldPath), root),
  };
}
