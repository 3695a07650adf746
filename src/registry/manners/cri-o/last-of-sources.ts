import { type Failure, isInconclusive } from '../../../engine/answer.ts';

/**
 * Combines the failures of several sources into one: that of the last source, which CRI-O reports. If another one is
 * inconclusive, so is the result, because that source may have the image for the node. Throws if there are no failures.
 * Mirrors newImageSource of containers/image v5.35.0 docker/docker_image_src.go.
 */
export function lastOfSources(failures: readonly Failure[]): Failure {
  const last = failures.at(-1);
  if (last === undefined) throw new Error('no source was tried');
  if (isInconclusive(last)) return last;
  const other = failures.find(isInconclusive);
  if (other === undefined) return last;
  return 'evidence' in last ? { ...last, otherHost: other } : other;
}
