import { globIndex } from '../../lib/glob-index.ts';
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
  if (findings.length === 0 || exemptions.length === 0) return findings;
  const { anyImage, byImage } = indexExemptions(exemptions);
  const isHere = remembering(({ namespaces }: Exemption) => !namespaces || matchesAnyGlob(namespaces, namespace));
  const always = exemptKinds(anyImage.filter(isHere));
  const ofImage = remembering((image: string) => exemptKinds([...byImage(image)].filter(isHere)));
  return findings.filter(({ kind, use }) => !always(kind) && !(use !== undefined && ofImage(use.image)(kind)));
}

interface ExemptionIndex {
  /** The exemptions without a list of images. */
  readonly anyImage: readonly Exemption[];
  /** Yields the other exemptions that match an image. */
  readonly byImage: (image: string) => Iterable<Exemption>;
}

const indexes = new WeakMap<readonly Exemption[], ExemptionIndex>();

/**
 * Returns the index of a list of exemptions, which is made once for each list. Thousands of exemptions take a tenth of a
 * second, so the list of a new config is indexed before a review needs it.
 */
export function indexExemptions(exemptions: readonly Exemption[]): ExemptionIndex {
  const index = indexes.get(exemptions) ?? {
    anyImage: exemptions.filter(({ images }) => images === undefined),
    byImage: globIndex(exemptions.flatMap((each) => (each.images ?? []).map((image) => [image, each] as const))),
  };
  indexes.set(exemptions, index);
  return index;
}

/** Returns whether one of the exemptions is for a kind of finding. */
function exemptKinds(exemptions: readonly Exemption[]): (kind: FindingKind) => boolean {
  const everyKind = exemptions.some(({ kinds }) => kinds === undefined);
  const kinds = new Set(exemptions.flatMap((exemption) => exemption.kinds ?? []));
  return (kind) => everyKind || kinds.has(kind);
}

/** Returns a function that calls `find` once for each argument. */
function remembering<K, V>(find: (key: K) => V): (key: K) => V {
  const found = new Map<K, V>();
  return (key) => {
    const known = found.get(key) ?? find(key);
    found.set(key, known);
    return known;
  };
}
