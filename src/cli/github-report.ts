import { titleOfFinding } from './finding-title.ts';
import { findingWords } from './finding-words.ts';
import type { Note } from './note.ts';
import { passedOverWords } from '../words/passed-over.ts';
import { relativePath } from './relative-path.ts';
import { findingPlace, findingsWithAction, type CheckedObject, type CheckReport } from './report.ts';
import type { Place } from './source.ts';

type Level = 'error' | 'warning' | 'notice';

/**
 * Returns a report as workflow commands of GitHub Actions, which become annotations in the changed files: one for each
 * finding, note and problem. They are escaped as in actions/toolkit `packages/core/src/command.ts` (@actions/core 1.11).
 */
export function githubReport(report: CheckReport): string {
  const { objects, notes, problems, passedOver } = report;
  const lines = [
    ...objects.flatMap(annotations),
    ...problems.map((problem) => noteCommand('error', 'Not complete', problem)),
    ...notes.map((note) => noteCommand('notice', 'Note', note)),
    ...(passedOver.length > 0 ? [command('notice', 'Passed over', undefined, passedOverWords(passedOver))] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const levels = { deny: 'error', warn: 'warning' } as const satisfies Record<string, Level>;

function annotations(object: CheckedObject): readonly string[] {
  return findingsWithAction(object).map(({ finding, action }) => {
    const message = findingWords(finding, object.subject);
    return command(levels[action], titleOfFinding(object, finding), findingPlace(object, finding), message);
  });
}

function noteCommand(level: Level, title: string, { place, message }: Note): string {
  return command(level, title, place, message);
}

function command(level: Level, title: string, place: Place | undefined, message: string): string {
  const at = place === undefined ? [] : positionOf(place);
  const properties = [...at, `title=${escapedProperty(title)}`];
  return `::${level} ${properties.join(',')}::${escapedData(message)}`;
}

function positionOf({ file, line, column }: Place): readonly string[] {
  const position = [`file=${escapedProperty(relativePath(file))}`, `line=${line}`];
  return column === undefined ? position : [...position, `col=${column}`];
}

function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
