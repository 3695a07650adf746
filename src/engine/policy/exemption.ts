import { globIndex } from '../../lib/glob-index.ts';
import { matchesAnyGlob } from '../../lib/glob.ts';
import { memoized } from '../../lib/memoized.ts';
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
  if (findings.length === 0 || exemptions.length === 0) return findings;
  const { anyImage, byImage } = indexExemptions(exemptions);
  const isHere = memoized(({ namespaces }: Exemption) => !namespaces || matchesAnyGlob(namespaces, namespace));
  const always = exemptKinds(anyImage.filter(isHere));
  const ofImage = memoized((image: string) => exemptKinds([...byImage(image)].filter(isHere)));
  return findings.filter(({ kind, use }) => !always(kind) && !(use !== undefined && ofImage(use.image)(kind)));
}

interface ExemptionIndex {
  /** The exemptions without a list of images. */
  readonly anyImage: readonly Exemption[];
  /** Yields the other exemptions that match an image. */
  readonly byImage: (image: string) => Iterable<Exemption>;
}

/**
 * Returns the index of a list of exemptions, which is made once for each list. Thousands of exemptions take a tenth of a
 * second, so the list of a new config is indexed before a review needs it.
 */
export const indexExemptions = memoized(
  (exemptions: readonly Exemption[]): ExemptionIndex => ({
    anyImage: exemptions.filter(({ images }) => images === undefined),
    byImage: globIndex(exemptions.flatMap((each) => (each.images ?? []).map((image) => [image, each] as const))),
  }),
  new WeakMap<readonly Exemption[], ExemptionIndex>(),
);

/** Returns whether one of the exemptions is for a kind of finding. */
function exemptKinds(exemptions: readonly Exemption[]): (kind: FindingKind) => boolean {
  const everyKind = exemptions.some(({ kinds }) => kinds === undefined);
  const kinds = new Set(exemptions.flatMap((exemption) => exemption.kinds ?? []));
  return (kind) => everyKind || kinds.has(kind);
}
