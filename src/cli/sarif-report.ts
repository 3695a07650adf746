import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FindingKind } from '../engine/finding.ts';
import { explain, renderExplanation } from '../words/explain.ts';
import { findingWords } from './finding-words.ts';
import type { Note } from './note.ts';
import { fingerprintsOf, type FingerprintOf } from './fingerprint.ts';
import { relativePath } from './relative-path.ts';
import { passedOverWords } from '../words/passed-over.ts';
import { findingPlace, findingsWithAction, titleOf, type CheckedObject, type CheckReport } from './report.ts';
import type { Place } from './source.ts';

/** Returns a report as SARIF 2.1.0, for code scanning: one result per finding, at the line that names the image.
 * Notes, and what was not checked, are notifications of the tool. */
export function sarifReport(report: CheckReport, { version }: { readonly version: string }): string {
  const kinds = [...new Set(report.objects.flatMap(findingsWithAction).map(({ finding }) => finding.kind))].sort();
  const fingerprintOf = fingerprintsOf();
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'pullgate', version, rules: kinds.map(rule) } },
        invocations: [invocation(report)],
        results: report.objects.flatMap((object) => results(object, kinds, fingerprintOf)),
      },
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function rule(kind: FindingKind): object {
  const { meaning } = explain(kind);
  return {
    id: kind,
    shortDescription: { text: /^.*?\.(?= |$)/.exec(meaning)?.[0] ?? meaning },
    fullDescription: { text: meaning },
    help: { text: renderExplanation(kind) },
  };
}

function invocation({ passedOver, notes, problems }: CheckReport): object {
  const skipped = { level: 'note', message: { text: `passed over: ${passedOverWords(passedOver)}` } };
  return {
    executionSuccessful: problems.length === 0,
    toolExecutionNotifications: [
      ...problems.map((problem) => notification(problem, 'error')),
      ...notes.map((note) => notification(note, 'warning')),
      ...(passedOver.length > 0 ? [skipped] : []),
    ],
  };
}

const levels = { deny: 'error', warn: 'warning' } as const;

function results(
  object: CheckedObject,
  kinds: readonly FindingKind[],
  fingerprintOf: FingerprintOf,
): readonly object[] {
  const { subject } = object;
  return findingsWithAction(object).map(({ finding, action }) => ({
    ruleId: finding.kind,
    ruleIndex: kinds.indexOf(finding.kind),
    level: levels[action],
    message: { text: findingWords(finding, subject) },
    locations: [
      {
        ...locationOf(findingPlace(object, finding)),
        logicalLocations: [{ fullyQualifiedName: titleOf(object), kind: 'object' }],
      },
    ],
    partialFingerprints: { 'pullgate/v1': fingerprintOf(object, finding) },
  }));
}

function notification({ place, message }: Note, level: 'error' | 'warning'): object {
  return { level, message: { text: message }, ...(place !== undefined && { locations: [locationOf(place)] }) };
}

/** Empty if the object is in no file. */
function locationOf(place: Place | undefined): object {
  if (place === undefined) return {};
  const { file, line: startLine, column: startColumn } = place;
  const region = { startLine, ...(startColumn !== undefined && { startColumn }) };
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region } };
}

/**
 * Returns a file as a URI. A relative path stays relative to the working directory, because code hosts expect that. A
 * URL stays as it is.
 */
function uriOf(file: string): string {
  if (/^https?:\/\//i.test(file)) return file;
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return relativePath(file).split('/').map(encodeURIComponent).join('/');
}
