import { cutToBytes } from '../words/plain-text.ts';
import { warningTexts } from '../words/warnings.ts';
import type { RecheckedObject, Report } from './report.ts';

/** What an Event says about an object (events.k8s.io/v1): `note` has at most 1,024 bytes. */
export interface EventWords {
  readonly regarding: RecheckedObject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'ImagesPullable' | 'ImagesNotPullable';
  readonly action: 'Recheck';
  readonly note: string;
}

const maxNoteBytes = 1024;

/** The one Event that a second look ends in. */
export function eventOf({ object, outcome, findings }: Report): EventWords {
  const common = { regarding: object, action: 'Recheck' } as const;
  if (outcome === 'healed') {
    const note = 'Checked again: every image that was in doubt when this object was admitted can be pulled now.';
    return { ...common, type: 'Normal', reason: 'ImagesPullable', note };
  }
  const causes = warningTexts(findings, { ...object, stored: true }).join('\n');
  const note = cutToBytes(`Checked again: still in the way of the pull.\n${causes}`, maxNoteBytes);
  return { ...common, type: 'Warning', reason: 'ImagesNotPullable', note };
}
