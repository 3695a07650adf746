import { isCollection, visit, type Document, type LineCounter } from 'yaml';
import { workloadKind, type KindOf } from '../engine/workload/workload-kind.ts';
import { documentProblem, type DocumentProblem } from '../lib/yaml-lines.ts';
import { findObjects, type FoundObject } from './find-objects.ts';
import type { Manifest } from './manifest.ts';
import { noteOn, type Note } from './note.ts';
import { notesOn } from './notes.ts';
import { splitDocuments, type TextPart } from './split-documents.ts';
import { lineIn, lineInAgain, parseYaml, type YamlDocuments } from './yaml-documents.ts';

/** The text of a file, and the file name to use in messages. */
export interface ManifestText {
  readonly name: string;
  readonly text: string;
  /** True if another program made the text from `name`, so that its lines are not those of the file. */
  readonly rendered?: boolean;
}

export interface ParsedManifests {
  readonly manifests: readonly Manifest[];
  readonly notes: readonly Note[];
  /** One for each document that is no valid YAML. */
  readonly problems: readonly Note[];
}

/**
 * Returns the Kubernetes objects in YAML documents or JSON objects, and each item of a List as its own object. `notes`
 * names what is not checked, such as documents that are not Kubernetes objects (Helm values). A document that is no
 * valid YAML is a problem; the other documents are read all the same. If a key is written twice, the last value counts,
 * as in kubectl. `kindOf` finds the kinds that are known.
 */
export function parseManifests(source: ManifestText, kindOf: KindOf = workloadKind): ParsedManifests {
  const { name: file, text } = source;
  const manifests: Manifest[] = [];
  const notes: Note[] = [];
  const problems: Note[] = [];
  for (const part of splitDocuments(text)) {
    if (part.text.length > maxDocument) {
      problems.push({ place: { file, line: part.linesBefore + 1 }, message: tooLarge });
      continue;
    }
    const parsed = parseYaml(part.text);
    for (const [index, document] of parsed.documents.entries()) {
      const problem = problemOf(document, parsed.lines, part);
      if (problem !== undefined) {
        const { reason: message, ...place } = problem;
        problems.push({ place: { file, ...place }, message });
        continue;
      }
      for (const found of findObjects(document.toJS())) {
        const manifest = manifestOf(source, { parsed, index, part }, found);
        if (found.isObject) manifests.push(manifest);
        notes.push(...(found.isObject ? notesOn(manifest, kindOf) : [noteOn(manifest, noObject)]));
      }
    }
  }
  return { manifests, notes, problems };
}

/**
 * In characters. The API server accepts requests of 3 MiB, so only a List can be larger. Parsed YAML takes 150 times the
 * memory of its text.
 */
const maxDocument = 8 * 1024 * 1024;
const tooLarge = 'not read: the document is larger than 8 MiB; split the List, or write each object as a document';

const noObject = 'not checked: this is no Kubernetes object, it has no apiVersion or no kind';
const helm = 'if this is a Helm template, check the output of "helm template" instead';

function problemOf(document: Document.Parsed, lines: LineCounter, part: TextPart): DocumentProblem | undefined {
  const braces = part.text.includes('{{');
  const problem = documentProblem(document, lines) ?? (braces ? braceProblem(document, lines) : undefined);
  if (problem === undefined) return undefined;
  const reason = braces ? `${problem.reason}; ${helm}` : problem.reason;
  return { ...problem, line: problem.line + part.linesBefore, reason };
}

/** YAML reads `{{ .Values.image }}` as a mapping whose key is a mapping. Kubernetes has no such keys. */
function braceProblem(document: Document.Parsed, lines: LineCounter): DocumentProblem | undefined {
  let problem: DocumentProblem | undefined;
  visit(document, {
    Pair(_, { key }) {
      if (!isCollection(key)) return undefined;
      const { line, col: column } = lines.linePos(key.range?.[0] ?? 0);
      problem = { line, column, reason: 'the key of a mapping is not a string' };
      return visit.BREAK;
    },
  });
  return problem;
}

interface ParsedDocument {
  readonly parsed: YamlDocuments;
  readonly index: number;
  readonly part: TextPart;
}

function manifestOf(
  { name: file, rendered = false }: ManifestText,
  { parsed, index, part: { text, linesBefore } }: ParsedDocument,
  { object, path }: FoundObject,
): Manifest {
  const position = { text, index, path };
  const first = linesBefore + lineIn(parsed, position, '');
  if (rendered) return { from: 'file', object, file, lineOf: () => 1 };
  const lineOf = (fieldPath: string) => (fieldPath === '' ? first : linesBefore + lineInAgain(position, fieldPath));
  return { from: 'file', object, file, lineOf };
}
