import type { Descriptor } from '../../../engine/answer.ts';
import type { Target } from '../../ask.ts';
import { fetchBlob } from '../../content.ts';
import type { Manners, Targets } from '../manners.ts';
import { fetchManifest } from './fetch-manifest.ts';
import type { CrioOptions } from './options.ts';
import type { CrioClient } from './request.ts';
import { resolve } from './resolve.ts';
import { sourceOf } from './source.ts';
import { targetsInCrio } from './targets.ts';

/** Returns the manners of CRI-O. `client` sends requests in the order of CRI-O: see request.ts. */
export function crioManners(client: CrioClient, options: CrioOptions): Manners {
  return {
    targets: (question) => targetsInCrio(question, options),
    resolve: ({ reference, at }, targets, signal) => resolve(client, reference, onlyFrom(at, targets), signal),
    manifest: (descriptor, targets, signal) => fetchManifest(client, descriptor, from(descriptor, targets), signal),
    async blob(descriptor, read, targets, signal) {
      const answer = await fetchBlob(client.request, descriptor, read, [from(descriptor, targets)], signal);
      if (answer === undefined) throw new Error('no source was asked for a blob');
      return answer;
    },
  };
}

/** All parts of an image come from the source that sent its manifest. */
function from({ at }: Descriptor, targets: Targets): Target {
  return onlyFrom(at, targets)[0];
}

/** The targets may have changed since, so that the source is no longer one of them. */
function onlyFrom(at: string | undefined, targets: Targets): Targets {
  const target = at === undefined ? undefined : targets.find((each) => sourceOf(each) === at);
  return target === undefined ? targets : [target];
}
