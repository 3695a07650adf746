import type { ImageReference } from '../image/image-reference.ts';

/** What an injector or a mirror policy makes of images on the way from a template to its pods. */
export interface Rewrite {
  /** `registry` or `registry/path` as the kubelet normalises it: `docker.io`, `docker.io/library`. */
  readonly from: string;
  /** What stands in its place: `mirror.example.com/hub`. */
  readonly to: string;
}

/** The reference that pods will carry: the first rewrite whose `from` is the name or a whole-segment prefix of it. */
export function rewritten(reference: ImageReference, rewrites: readonly Rewrite[]): ImageReference {
  const name = `${reference.registry}/${reference.repository}`;
  const rewrite = rewrites.find(({ from }) => name === from || name.startsWith(`${from}/`));
  if (rewrite === undefined) return reference;
  const [registry = '', ...path] = `${rewrite.to}${name.slice(rewrite.from.length)}`.split('/');
  return { ...reference, registry, repository: path.join('/') };
}
