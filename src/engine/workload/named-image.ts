import { parseImageReference, type ParsedImage } from '../image/image-reference.ts';
import type { ImageUse } from './image-use.ts';
import { rewritten, type Rewrite } from './rewrite.ts';

/** What changes the images of a template before its pods are made. */
export interface NamingOptions {
  /** Images that an injector replaces (`auto`, Istio's). */
  readonly placeholders: readonly string[];
  readonly rewrites: readonly Rewrite[];
}

/** A use and the name in it, parsed once for all that is asked of it. */
export interface NamedImage {
  readonly use: ImageUse;
  /** The reference that a node will see, or why it is none. */
  readonly parsed: ParsedImage;
}

/**
 * The images of a workload by name. In a template, placeholders are left out, as an injector replaces them, and
 * rewrites are laid on: its pods are made under other names.
 */
export function nameImages(
  uses: readonly ImageUse[],
  template: boolean,
  { placeholders, rewrites }: NamingOptions,
): readonly NamedImage[] {
  const named = template ? uses.filter(({ image }) => !placeholders.includes(image)) : uses;
  return named.map((use) => {
    const parsed = parseImageReference(use.image);
    if (!template || parsed.kind === 'invalid') return { use, parsed };
    return { use, parsed: { ...parsed, reference: rewritten(parsed.reference, rewrites) } };
  });
}
