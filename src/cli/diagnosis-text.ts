import { diagnosisText } from '../words/diagnosis/diagnosis-text.ts';
import type { DiagnosisReport } from './diagnosis-report.ts';
import { counted } from '../words/counted.ts';

/** Returns a report as text, for people: a paragraph for each container that waits, what could not be read, and counts. */
export function diagnosisTextReport({ diagnoses, pods, notes, complete, at }: DiagnosisReport): string {
  const alike = diagnoses.reduce((sum, { alike: others }) => sum + others.length, 0);
  const waiting = diagnoses.length + alike;
  const counts =
    waiting === 0
      ? `${counted(pods, 'pod')}: no container waits for its image`
      : `${counted(pods, 'pod')}: ${counted(waiting, 'container')} ${waiting === 1 ? 'waits' : 'wait'} for an image`;
  return [
    ...diagnoses.map((diagnosis) => `${diagnosisText(diagnosis, at)}\n`),
    ...notes.map((note) => `note: ${note}`),
    `${counts}${complete ? '' : ' (incomplete)'}`,
    '',
  ].join('\n');
}
