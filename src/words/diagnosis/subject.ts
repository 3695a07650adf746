import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import type { Finding } from '../../engine/finding.ts';
import type { Subject } from '../by-kind.ts';
import type { Relation } from '../../diagnose/judgement.ts';

/** The subject of the words about a diagnosis: the object that a person would edit. */
export function subjectOfDiagnosis({ pod, editable: { kind, name, controlled } }: Diagnosis): Subject {
  const { namespace, serviceAccount } = pod;
  const editable = controlled ? 'nothing' : kind.editable;
  return { kind: kind.kind, editable, namespace, name, serviceAccount, stored: true };
}

/** The finding of the registry, with the place of the image in the object to edit. Undefined if there is none. */
export function findingOf({ now, editable }: Diagnosis): Finding | undefined {
  if (now.kind === 'pullable' || now.finding === undefined) return undefined;
  return editable.use === undefined ? now.finding : { ...now.finding, use: editable.use };
}

const byRegistry: ReadonlySet<Relation> = new Set(['agree', 'registry-explains', 'changed']);

/** Whether the answer of the registry says what is wrong, and what to do. In all other relations, it is on the node. */
export function isByRegistry(relation: Relation): boolean {
  return byRegistry.has(relation);
}
