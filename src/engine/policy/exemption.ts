import { matchesAnyGlob } from '../../lib/glob.ts';
import type { Finding, FindingKind } from '../finding.ts';

/** What an operator lets pass, and why: every list that is given must match. */
export interface Exemption {
  /** Patterns in which `*` stands for any characters, held against the image as written. */
  readonly images?: readonly string[];
  /** Patterns for the namespace. */
  readonly namespaces?: readonly string[];
  readonly kinds?: readonly FindingKind[];
  /** For whoever reads the config later; it is required there. */
  readonly reason: string;
}

/** Findings without those that an exemption covers. A finding about the workload itself has no image to match. */
export function withoutExempt(
  findings: readonly Finding[],
  namespace: string,
  exemptions: readonly Exemption[],
): readonly Finding[] {
  const here = exemptions.filter(({ namespaces }) => namespaces === undefined || matchesAnyGlob(namespaces, namespace));
  return findings.filter((finding) => !here.some((exemption) => covers(exemption, finding)));
}

function covers(exemption: Exemption, finding: Finding): boolean {
  const { images, kinds } = exemption;
  if (kinds !== undefined && !kinds.includes(finding.kind)) return false;
  return images === undefined || (finding.use !== undefined && matchesAnyGlob(images, finding.use.image));
}
