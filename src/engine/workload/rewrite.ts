import type { ImageReference } from '../image/image-reference.ts';

/** How an injector or a mirror policy changes image names between a template and its pods. */
export interface Rewrite {
  /** `registry` or `registry/path` in the kubelet's normalized form: `docker.io`, `docker.io/library`. */
  readonly from: string;
  /** The replacement of `from`: `mirror.example.com/hub`. */
  readonly to: string;
}

/**
 * Returns the reference that the pods will have. Applies only the first rewrite whose `from` equals the name or the
 * first segments of it.
 */
export function rewritten(reference: ImageReference, rewrites: readonly Rewrite[]): ImageReference {
  const name = `${reference.registry}/${reference.repository}`;
  const rewrite = rewrites.find(({ from }) => name === from || name.startsWith(`${from}/`));
  if (rewrite === undefined) return reference;
  const [registry = '', ...path] = `${rewrite.to}${name.slice(rewrite.from.length)}`.split('/');
  const { unqualified: _written, ...rest } = reference;
  return { ...rest, registry, repository: path.join('/') };
}
