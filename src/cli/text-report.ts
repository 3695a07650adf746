import { styleText } from 'node:util';
import { denialMessage } from '../words/message.ts';
import { inline } from '../words/plain-text.ts';
import { outcomeOf, summaryOf, type CheckedObject, type CheckReport } from './report.ts';

/** For people: what the webhook would say, object by object, under the place where each is written; then one line of counts. */
export function textReport(report: CheckReport, { colour }: { readonly colour: boolean }): string {
  const { objects, images, denied, warned } = summaryOf(report);
  const counts = `${counted(objects, 'object')}, ${counted(images, 'image')}: ${denied} denied, ${warned} warned`;
  return [...report.objects.flatMap((object) => paragraph(object, colour)), counts, ''].join('\n');
}

const colours = { denied: 'red', warned: 'yellow' } as const;

function paragraph(object: CheckedObject, colour: boolean): readonly string[] {
  const outcome = outcomeOf(object);
  if (outcome === 'passed') return [];
  const { manifest, verdict, subject } = object;
  const word = colour ? styleText(colours[outcome], outcome, { validateStream: false }) : outcome;
  // What is only warned of has the same right to cause, evidence and cure.
  const said = outcome === 'denied' ? verdict : { denied: verdict.warned, warned: [] };
  return [`${inline(manifest.file)}:${manifest.lineOf('')}: ${word}`, denialMessage(said, subject), ''];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
