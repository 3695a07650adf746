import { cutToBytes } from '../words/plain-text.ts';
import { warningTexts } from '../words/warnings.ts';
import type { Finding } from '../engine/finding.ts';
import type { RecheckReport } from './recheck-report.ts';
import type { ObjectIdentity } from '../engine/workload/object-identity.ts';

/** What an Event says about an object (events.k8s.io/v1): `note` has at most 1,024 bytes. */
export interface EventWords {
  readonly regarding: ObjectIdentity;
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'ImagesInDoubt' | 'ImagesPullable' | 'ImagesNotPullable';
  readonly action: 'Admission' | 'Recheck';
  readonly note: string;
}

const maxNoteBytes = 1024;

/** The Event on an object that was let through with a warning. */
export function eventOfDoubt(object: ObjectIdentity, warned: readonly Finding[]): EventWords {
  const note = cutToBytes(causesOf(object, warned), maxNoteBytes);
  return { regarding: object, type: 'Warning', reason: 'ImagesInDoubt', action: 'Admission', note };
}

/** The one Event that a second look ends in. */
export function eventOf({ object, outcome, findings }: RecheckReport): EventWords {
  const common = { regarding: object, action: 'Recheck' } as const;
  if (outcome === 'healed') {
    const note = 'Checked again: every image that was in doubt when this object was admitted can be pulled now.';
    return { ...common, type: 'Normal', reason: 'ImagesPullable', note };
  }
  const note = cutToBytes(`Checked again: still in the way of the pull.\n${causesOf(object, findings)}`, maxNoteBytes);
  return { ...common, type: 'Warning', reason: 'ImagesNotPullable', note };
}

function causesOf(object: ObjectIdentity, findings: readonly Finding[]): string {
  return warningTexts(findings, { ...object, stored: true }).join('\n');
}
