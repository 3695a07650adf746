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
  const here = exemptions.filter(({ namespaces }) => namespaces === undefined || matchesAny(namespaces, namespace));
  return findings.filter((finding) => !here.some((exemption) => covers(exemption, finding)));
}

function covers(exemption: Exemption, finding: Finding): boolean {
  const { images, kinds } = exemption;
  if (kinds !== undefined && !kinds.includes(finding.kind)) return false;
  return images === undefined || (finding.use !== undefined && matchesAny(images, finding.use.image));
}

/** Whether `text` matches one of the patterns, in which `*` stands for any characters, `/` included. */
export function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, text));
}

/** Linear in the text for each star: patterns come from the operator, texts from anybody who may create a pod. */
function matchesPattern(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  const tail = rest.pop() ?? '';
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  const end = text.length - tail.length;
  let at = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
