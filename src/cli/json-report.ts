import type { Finding } from '../engine/finding.ts';
import type { Subject } from '../words/by-kind.ts';
import { fixFor } from '../words/fixes.ts';
import { evidenceWords } from '../words/evidence.ts';
import { inline } from '../words/plain-text.ts';
import { sentence } from '../words/sentence.ts';
import {
  findingLine,
  findingsWithAction,
  outcomeOf,
  summaryOf,
  type CheckedObject,
  type CheckReport,
} from './report.ts';

/**
 * Returns a report as JSON, for programs. docs/cli.md describes each field. No field may be removed within `v1alpha1`.
 */
export function jsonReport(report: CheckReport): string {
  const document = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'CheckReport',
    summary: summaryOf(report),
    objects: report.objects.map(objectRecord),
    notes: report.notes.map(({ file, line, message }) => ({ file, line, message })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function objectRecord(object: CheckedObject): object {
  const { manifest, subject } = object;
  return {
    file: manifest.file,
    line: manifest.lineOf(''),
    kind: subject.kind,
    namespace: subject.namespace,
    name: subject.name,
    verdict: outcomeOf(object),
    findings: findingsWithAction(object).map(({ finding, action }) => ({
      kind: finding.kind,
      action,
      line: findingLine(object, finding),
      ...explained(finding, subject),
    })),
  };
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
