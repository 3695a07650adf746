import type { Failure } from '../../engine/answer.ts';
import { fetchBlob, fetchManifest } from '../content.ts';
import { targetsFor, type TargetOptions } from '../hosts/targets.ts';
import { resolve, type Client } from '../resolve.ts';
import type { Manners } from './manners.ts';

/** Returns the manners of containerd, and of runtimes that only look for an image at other hosts. */
export function containerdManners(client: Client, options: TargetOptions): Manners {
  return {
    targets: (question, purpose) => targetsFor(question, purpose, options),
    resolve: async ({ reference }, targets, signal) =>
      (await resolve(client, reference, targets, signal)) ?? withoutHosts(),
    manifest: async (descriptor, targets, signal) =>
      (await fetchManifest(client.request, descriptor, targets, signal)) ?? withoutHosts(),
    blob: async (descriptor, read, targets, signal) =>
      (await fetchBlob(client.request, descriptor, read, targets, signal)) ?? withoutHosts(),
  };
}

function withoutHosts(): Failure {
  throw new Error('no host was asked, although there is one');
}
