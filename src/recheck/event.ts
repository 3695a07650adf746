import { cutToBytes } from '../words/plain-text.ts';
import { warningTexts } from '../words/warnings.ts';
import type { Finding } from '../engine/finding.ts';
import type { RecheckReport } from './recheck-report.ts';
import type { ObjectIdentity } from '../engine/workload/object-identity.ts';

/** The content of an Event about an object (events.k8s.io/v1). `note` has at most 1,024 bytes. */
export interface EventContent {
  readonly regarding: ObjectIdentity;
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'ImagesInDoubt' | 'ImagesPullable' | 'ImagesNotPullable';
  readonly action: 'Admission' | 'Recheck';
  readonly note: string;
}

const maxNoteBytes = 1024;

/** Returns the Event for an object that was admitted with a warning. */
export function eventOfDoubt(object: ObjectIdentity, warned: readonly Finding[]): EventContent {
  const note = cutToBytes(causesOf(object, warned), maxNoteBytes);
  return { regarding: object, type: 'Warning', reason: 'ImagesInDoubt', action: 'Admission', note };
}

/** Returns the Event for the result of a recheck. */
export function eventOf({ object, outcome, findings }: RecheckReport): EventContent {
  const common = { regarding: object, action: 'Recheck' } as const;
  if (outcome === 'healed') {
    const note = 'Checked again: every image that was uncertain at admission can now be pulled.';
    return { ...common, type: 'Normal', reason: 'ImagesPullable', note };
  }
  const note = cutToBytes(`Checked again: these problems remain.\n${causesOf(object, findings)}`, maxNoteBytes);
  return { ...common, type: 'Warning', reason: 'ImagesNotPullable', note };
}

function causesOf(object: ObjectIdentity, findings: readonly Finding[]): string {
  return warningTexts(findings, { ...object, stored: true }).join('\n');
}
