import type { Answer, BlobAnswer, ManifestAnswer } from '../../engine/answer.ts';
import type { Registry } from '../../engine/ports.ts';
import type { Clock } from '../../lib/clock.ts';
import { createSingleFlight } from '../../lib/single-flight.ts';
import { contentKey, imageKey } from './question-key.ts';
import { callTogether } from './shared-call.ts';

/**
 * Returns `registry` with one call for all namespaces that ask the same with the same credential at the same time. They
 * join a call that is running, and never one that still waits for a place or for the result of a probe: each namespace
 * waits only for what is its own.
 */
export function sharedRegistry(registry: Registry, clock: Clock): Registry {
  const answers = createSingleFlight<Answer>(clock, 0);
  const manifests = createSingleFlight<ManifestAnswer>(clock, 0);
  const blobs = createSingleFlight<BlobAnswer>(clock, 0);

  return {
    async resolve(question, signal) {
      const call = (shared: AbortSignal): Promise<Answer> => registry.resolve(question, shared);
      return (await callTogether(answers, imageKey(question), call, signal)).value;
    },
    async manifest(question, descriptor, signal) {
      const call = (shared: AbortSignal): Promise<ManifestAnswer> => registry.manifest(question, descriptor, shared);
      return (await callTogether(manifests, contentKey(question, descriptor), call, signal)).value;
    },
    async blob(question, descriptor, read, signal) {
      const call = (shared: AbortSignal): Promise<BlobAnswer> => registry.blob(question, descriptor, read, shared);
      return (await callTogether(blobs, contentKey(question, descriptor, read), call, signal)).value;
    },
  };
}
