import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import { evidenceWords } from '../evidence.ts';
import { inline } from '../plain-text.ts';
import { sentence } from '../sentence.ts';
import { triedWords } from '../tried.ts';
import { parseImageReference } from '../../engine/image/image-reference.ts';
import { findingOf, subjectOfDiagnosis } from './subject.ts';

/** What the registry says now, with the request and the credentials that were tried. */
export interface RegistryWords {
  readonly says: string;
  /** Undefined if no request was sent. */
  readonly evidence?: string;
  readonly tried: readonly string[];
}

/** What the registry says now to a pull with the credentials of the pod. */
export function registryWords(diagnosis: Diagnosis): RegistryWords {
  const finding = findingOf(diagnosis);
  if (finding === undefined) return { says: withoutFinding(diagnosis), tried: [] };
  const evidence = 'answer' in finding ? evidenceWords(finding.answer, finding.reference?.registry) : undefined;
  return {
    says: sentence(finding, subjectOfDiagnosis(diagnosis)),
    ...(evidence !== undefined && { evidence }),
    tried: 'attempts' in finding ? triedWords(finding.attempts, finding.unused) : [],
  };
}

function withoutFinding({ now, trouble }: Diagnosis): string {
  if (now.kind === 'unknown' || trouble.use === undefined) return 'not asked.';
  const parsed = parseImageReference(trouble.use.image);
  const host = parsed.kind === 'reference' ? inline(parsed.reference.registry, 80) : 'the registry';
  return `${host} would serve the image to this pod.`;
}
