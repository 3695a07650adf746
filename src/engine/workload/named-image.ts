import { parseImageReference, type ParsedImage } from '../image/image-reference.ts';
import type { ImageUse } from './image-use.ts';
import { rewritten, type Rewrite } from './rewrite.ts';

/** How the images of a template change before its pods are created. */
export interface NamingOptions {
  /** Image strings that an injector replaces, such as Istio's `auto`. */
  readonly placeholders: readonly string[];
  readonly rewrites: readonly Rewrite[];
}

/** A use and its parsed image name. */
export interface NamedImage {
  readonly use: ImageUse;
  /** The reference that the kubelet gets, or why the name is invalid. */
  readonly parsed: ParsedImage;
}

function parseUse({ image, notString }: ImageUse): ParsedImage {
  return notString === undefined
    ? parseImageReference(image)
    : { kind: 'invalid', reason: `it is ${notString}, not a string` };
}

/**
 * Parses the image names of a workload. In a template, leaves out placeholders and images that are filled in later,
 * because a tool replaces them, and applies rewrites, because its pods will have the new names. Never throws.
 */
export function nameImages(
  uses: readonly ImageUse[],
  template: boolean,
  { placeholders, rewrites }: NamingOptions,
): readonly NamedImage[] {
  const named = template
    ? uses.filter(({ image, filledLater }) => filledLater !== true && !placeholders.includes(image))
    : uses;
  return named.map((use) => {
    const parsed = parseUse(use);
    if (!template || parsed.kind === 'invalid') return { use, parsed };
    return { use, parsed: { ...parsed, reference: rewritten(parsed.reference, rewrites) } };
  });
}
