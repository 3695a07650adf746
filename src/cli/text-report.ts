import { styleText } from 'node:util';
import { denialMessage } from '../words/message.ts';
import { inline } from '../words/plain-text.ts';
import { passedOverWords } from '../words/passed-over.ts';
import { outcomeOf, summaryOf, type CheckedObject, type CheckReport } from './report.ts';
import { placeOf, placeWords } from './source.ts';
import { counted } from '../words/counted.ts';

/**
 * Returns a report as text, for people: for each object with findings its file and line and the message of the webhook,
 * then one line with counts, also of what was passed over.
 */
export function textReport(report: CheckReport, { colour }: { readonly colour: boolean }): string {
  return [...report.objects.flatMap((object) => paragraph(object, colour)), closingLine(report), ''].join('\n');
}

function closingLine(report: CheckReport): string {
  const { objects, images, denied, warned } = summaryOf(report);
  const { passedOver, problems } = report;
  return [
    `${counted(objects, 'object')}, ${counted(images, 'image')}: ${denied} denied, ${warned} warned`,
    ...(passedOver.length > 0 ? [`passed over: ${passedOverWords(passedOver)}`] : []),
    ...(problems.length > 0 ? [`incomplete: ${counted(problems.length, 'problem')}`] : []),
  ].join('; ');
}

const colours = { denied: 'red', warned: 'yellow' } as const;

function paragraph(object: CheckedObject, colour: boolean): readonly string[] {
  const outcome = outcomeOf(object);
  if (outcome === 'passed') return [];
  const { source, verdict, subject } = object;
  const word = colour ? styleText(colours[outcome], outcome, { validateStream: false }) : outcome;
  // Warnings also get the long format, with cause, evidence and fix.
  const shown = outcome === 'denied' ? verdict : { denied: verdict.warned, warned: [] };
  const place = placeOf(source);
  const where = place === undefined ? '' : `${placeWords({ ...place, file: inline(place.file) })}: `;
  return [`${where}${word}`, denialMessage(shown, subject), ''];
}
