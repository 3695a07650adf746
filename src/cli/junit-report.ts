import { denialMessage } from '../words/message.ts';
import { warningTexts } from '../words/warnings.ts';
import { outcomeOf, summaryOf, titleOf, type CheckedObject, type CheckReport } from './report.ts';

/**
 * Returns a report as JUnit XML, for test dashboards: one test case per object. The test case of a denied object fails;
 * warnings are the output of the test case, and notes the error output of the suite.
 */
export function junitReport(report: CheckReport): string {
  const { objects, denied } = summaryOf(report);
  const counts = `tests="${objects}" failures="${denied}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="pullgate" ${counts}>`,
    `  <testsuite name="pullgate check" ${counts}>`,
    ...report.objects.flatMap(testCase),
    ...notesOf(report),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(object: CheckedObject): readonly string[] {
  const { manifest, verdict, subject } = object;
  const file = escaped(manifest.file);
  const open = `    <testcase classname="${file}" name="${escaped(titleOf(object))}" file="${file}" line="${manifest.lineOf('')}"`;
  const outcome = outcomeOf(object);
  if (outcome === 'passed') return [`${open}/>`];
  const kinds = [...new Set(verdict.denied.map(({ kind }) => kind))].join(', ');
  const content =
    outcome === 'denied'
      ? `<failure message="${kinds}">${escaped(denialMessage(verdict, subject))}</failure>`
      : `<system-out>${escaped(warningTexts(verdict.warned, subject).join('\n'))}</system-out>`;
  return [`${open}>`, `      ${content}`, '    </testcase>'];
}

function notesOf({ notes }: CheckReport): readonly string[] {
  if (notes.length === 0) return [];
  const lines = notes.map(({ file, line, message }) => `${file}:${line}: ${message}`);
  return [`    <system-err>${escaped(lines.join('\n'))}</system-err>`];
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Escapes a text for XML 1.0. It removes control characters because XML 1.0 cannot represent most of them. */
function escaped(text: string): string {
  return text.replaceAll(/[^\P{C}\n]/gu, '').replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
