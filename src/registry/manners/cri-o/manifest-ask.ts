import type { Ask, Target } from '../../ask.ts';
import { manifestAccept, maxManifestBytes } from './manifest-format.ts';

/** Returns CRI-O's request for the manifest of a tag or a digest. */
export function manifestAsk(target: Target, version: string): Ask {
  return {
    target,
    asked: 'manifest',
    method: 'GET',
    path: `manifests/${version}`,
    accept: manifestAccept,
    limit: maxManifestBytes + 1,
  };
}
