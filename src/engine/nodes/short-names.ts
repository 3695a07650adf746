import { memoized } from '../../lib/memoized.ts';
import { imageName } from '../image/image-name.ts';
import type { ImageReference } from '../image/image-reference.ts';
import type { NodeFacts } from './node.ts';
import { runtimeKind } from './runtime-kind.ts';

/**
 * Returns whether a node may have the image of a short name under the name of another host: with CRI-O, `app:1` may stand
 * for `quay.io/app:1`. Mirrors storageImageStatus of CRI-O v1.34.0 server/image_status.go.
 */
export function mayHaveShortName(node: NodeFacts, reference: ImageReference): boolean {
  if (runtimeKind(node.runtimeVersion) !== 'cri-o') return false;
  const path = withoutHost(imageName(reference));
  const paths = pathsOf(node);
  return paths.has(path) || paths.has(path.replace(/^library\//, ''));
}

const pathsOf = memoized(
  ({ images }: NodeFacts) => new Set([...images].map(withoutHost)),
  new WeakMap<NodeFacts, ReadonlySet<string>>(),
);

function withoutHost(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}
