import { styleText } from 'node:util';
import { denialMessage } from '../words/message.ts';
import { inline } from '../words/plain-text.ts';
import { outcomeOf, summaryOf, type CheckedObject, type CheckReport } from './report.ts';

/**
 * Returns a report as text, for people: for each object with findings its file and line and the message of the webhook,
 * then one line with counts.
 */
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
  // Warnings also get the long format, with cause, evidence and fix.
  const shown = outcome === 'denied' ? verdict : { denied: verdict.warned, warned: [] };
  return [`${inline(manifest.file)}:${manifest.lineOf('')}: ${word}`, denialMessage(shown, subject), ''];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
