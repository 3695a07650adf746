import { withoutFeatures, type Platform } from './platform.ts';

/** An entry of an index, as far as it decides which one CRI-O takes. */
export interface Offer {
  readonly platform?: Platform;
  readonly zstd?: true;
}

/**
 * Returns the position of the entry that a node with CRI-O takes from an index. Undefined if there is none. Names are
 * compared as they are written, so `amd64/v1` and `x86_64` fit no node. Entries without a platform come last, and zstd
 * comes before gzip. Mirrors WantedPlatforms and chooseInstance of containers/image v5.35.0 internal.
 */
export function pickInstance({ os, architecture }: Platform, offers: readonly Offer[]): number | undefined {
  const variants = variantsOf[architecture] ?? [''];
  let best: number | undefined;
  let bestRank = Infinity;
  for (const [at, { platform, zstd }] of offers.entries()) {
    const variant = platform === undefined ? variants.length : variants.indexOf(platform.variant ?? '');
    const fits =
      platform === undefined || (withoutFeatures(platform).os === os && platform.architecture === architecture);
    const rank = variant * 2 + (zstd === true ? 0 : 1);
    if (fits && variant >= 0 && rank < bestRank) [best, bestRank] = [at, rank];
  }
  return best;
}

/**
 * The variants that a node accepts, the best first. Every arm64 node has v8. Which variant an arm node has is not known;
 * nearly all have v7.
 */
const variantsOf: Readonly<Record<string, readonly string[]>> = {
  arm: ['v7', 'v6', 'v5', '', 'v8'],
  arm64: ['v8', ''],
};
