import type { Finding } from '../engine/finding.ts';
import type { Subject } from '../words/by-kind.ts';
import { fixFor } from '../words/fixes.ts';
import { evidenceWords } from '../words/evidence.ts';
import { inline } from '../words/plain-text.ts';
import { sentence } from '../words/sentence.ts';
import type { Note } from './note.ts';
import {
  findingPlace,
  findingsWithAction,
  outcomeOf,
  summaryOf,
  type CheckedObject,
  type CheckReport,
} from './report.ts';
import { placeOf, type Place } from './source.ts';

/**
 * Returns a report as JSON, for programs. docs/cli.md describes each field. No field may be removed within `v1alpha1`.
 */
export function jsonReport(report: CheckReport): string {
  const document = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'CheckReport',
    complete: report.problems.length === 0,
    summary: summaryOf(report),
    objects: report.objects.map(objectRecord),
    passedOver: report.passedOver,
    notes: report.notes.map(noteRecord),
    problems: report.problems.map(noteRecord),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function noteRecord({ place, message }: Note): object {
  return { ...place, message };
}

function objectRecord(object: CheckedObject): object {
  const { source, apiVersion, subject } = object;
  return {
    ...placeOf(source),
    apiVersion,
    kind: subject.kind,
    namespace: subject.namespace,
    name: subject.name,
    verdict: outcomeOf(object),
    findings: findingsWithAction(object).map(({ finding, action }) => ({
      kind: finding.kind,
      action,
      ...lineOf(findingPlace(object, finding)),
      ...explained(finding, subject),
    })),
  };
}

function lineOf(place: Place | undefined): { readonly line?: number } {
  return place === undefined ? {} : { line: place.line };
}

function explained(finding: Finding, subject: Subject): object {
  const { use, mitigation } = finding;
  const { advice, command } = fixFor(finding, subject);
  const evidence = 'answer' in finding ? evidenceWords(finding.answer, finding.reference?.registry) : undefined;
  return {
    ...(use && { container: inline(use.name, 63), path: inline(use.path), image: inline(use.image) }),
    message: sentence(finding, subject),
    ...(evidence !== undefined && { evidence }),
    advice,
    ...(command !== undefined && { command }),
    ...(mitigation && { mitigation }),
  };
}
