import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FindingKind } from '../engine/finding.ts';
import { fixFor } from '../words/fixes.ts';
import { explain, renderExplanation } from '../words/explain.ts';
import { sentence } from '../words/sentence.ts';
import type { Note } from './note.ts';
import { findingLine, findingsWithAction, titleOf, type CheckedObject, type CheckReport } from './report.ts';

/** Returns a report as SARIF 2.1.0, for code scanning: one result per finding, at the line that names the image.
 * Notes are notifications of the tool. */
export function sarifReport(report: CheckReport, { version }: { readonly version: string }): string {
  const kinds = [...new Set(report.objects.flatMap(findingsWithAction).map(({ finding }) => finding.kind))].sort();
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'pullgate', version, rules: kinds.map(rule) } },
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: report.notes.map(notification) }],
        results: report.objects.flatMap((object) => results(object, kinds)),
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

const levels = { deny: 'error', warn: 'warning' } as const;

function results(object: CheckedObject, kinds: readonly FindingKind[]): readonly object[] {
  const { manifest, subject } = object;
  return findingsWithAction(object).map(({ finding, action }) => ({
    ruleId: finding.kind,
    ruleIndex: kinds.indexOf(finding.kind),
    level: levels[action],
    message: { text: `${sentence(finding, subject)} ${adviceOf(finding, subject)}` },
    locations: [
      {
        ...locationOf(manifest.file, findingLine(object, finding)),
        logicalLocations: [{ fullyQualifiedName: titleOf(object), kind: 'object' }],
      },
    ],
  }));
}

function notification({ file, line, message }: Note): object {
  return { level: 'warning', message: { text: message }, locations: [locationOf(file, line)] };
}

function locationOf(file: string, startLine: number): object {
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine } } };
}

function adviceOf(...finding: Parameters<typeof fixFor>): string {
  const { advice, command } = fixFor(...finding);
  return command === undefined ? advice.replace(/:$/, '.') : `${advice.replace(/[.:]$/, '')}: ${command}`;
}

/** Returns a file as a URI. A relative path stays relative to the working directory, because code hosts expect that. */
function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file
    .replace(/^(?:\.\/)+/, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}
