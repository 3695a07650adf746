import { matchesAnyGlob } from '../../lib/glob.ts';
import type { Finding, FindingKind } from '../finding.ts';

/** Findings that the operator accepts, and why. Every list that is set must match. */
export interface Exemption {
  /** Patterns for the image as written. `*` matches any characters. */
  readonly images?: readonly string[];
  /** Patterns for the namespace. */
  readonly namespaces?: readonly string[];
  readonly kinds?: readonly FindingKind[];
  /** Explains the exemption to readers of the config. The config requires it. */
  readonly reason: string;
}

/** Returns the findings that no exemption matches. A finding without an image never matches a list of images. */
export function withoutExempt(
  findings: readonly Finding[],
  namespace: string,
  exemptions: readonly Exemption[],
): readonly Finding[] {
  const here = exemptions.filter(({ namespaces }) => namespaces === undefined || matchesAnyGlob(namespaces, namespace));
  return findings.filter((finding) => !here.some((exemption) => isExempt(finding, exemption)));
}

function isExempt(finding: Finding, exemption: Exemption): boolean {
  const { images, kinds } = exemption;
  if (kinds !== undefined && !kinds.includes(finding.kind)) return false;
  return images === undefined || (finding.use !== undefined && matchesAnyGlob(images, finding.use.image));
}
