import { denialMessage } from '../words/message.ts';
import { warningTexts } from '../words/warnings.ts';
import { noteWords, type Note } from './note.ts';
import { passedOverWords } from '../words/passed-over.ts';
import { outcomeOf, summaryOf, titleOf, type CheckedObject, type CheckReport } from './report.ts';
import { placeOf } from './source.ts';

/**
 * Returns a report as JUnit XML, for test dashboards: one test case per object. The test case of a denied object fails;
 * warnings are the output of the test case, and notes the error output of the suite. What could not be checked is a test
 * case with an error.
 */
export function junitReport(report: CheckReport, { command }: { readonly command: string }): string {
  const { objects, denied } = summaryOf(report);
  const { problems } = report;
  const counts = `tests="${objects + problems.length}" failures="${denied}" errors="${problems.length}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="pullgate" ${counts}>`,
    `  <testsuite name="pullgate ${command}" ${counts}>`,
    ...report.objects.flatMap(testCase),
    ...problems.flatMap(errorCase),
    ...passedOverOf(report),
    ...notesOf(report),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(object: CheckedObject): readonly string[] {
  const { source, verdict, subject } = object;
  const place = placeOf(source);
  const where = place === undefined ? '' : ` file="${escaped(place.file)}" line="${place.line}"`;
  const className = escaped(place?.file ?? subject.namespace);
  const open = `    <testcase classname="${className}" name="${escaped(titleOf(object))}"${where}`;
  const outcome = outcomeOf(object);
  if (outcome === 'passed') return [`${open}/>`];
  const kinds = [...new Set(verdict.denied.map(({ kind }) => kind))].join(', ');
  const content =
    outcome === 'denied'
      ? `<failure type="denied" message="${kinds}">${escaped(denialMessage(verdict, subject))}</failure>`
      : `<system-out>${escaped(warningTexts(verdict.warned, subject).join('\n'))}</system-out>`;
  return [`${open}>`, `      ${content}`, '    </testcase>'];
}

function errorCase(problem: Note, index: number): readonly string[] {
  const { place, message } = problem;
  const where = place === undefined ? '' : ` file="${escaped(place.file)}" line="${place.line}"`;
  return [
    `    <testcase classname="${escaped(place?.file ?? 'pullgate')}" name="not complete: problem ${index + 1}"${where}>`,
    `      <error type="incomplete" message="${escaped(message)}"/>`,
    '    </testcase>',
  ];
}

function passedOverOf({ passedOver }: CheckReport): readonly string[] {
  if (passedOver.length === 0) return [];
  return [`    <system-out>passed over: ${escaped(passedOverWords(passedOver))}</system-out>`];
}

function notesOf({ notes }: CheckReport): readonly string[] {
  if (notes.length === 0) return [];
  return [`    <system-err>${escaped(notes.map(noteWords).join('\n'))}</system-err>`];
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
