import type { Answer, BlobAnswer, Descriptor, Failure, ManifestAnswer } from '../../engine/answer.ts';
import type { Question } from '../../engine/ports.ts';
import type { Target } from '../ask.ts';
import type { Purpose } from '../hosts/targets.ts';

/**
 * How a container runtime asks for an image: which hosts in which order, what it sends to them, and when it gives up.
 * There is one implementation for each way. The methods throw only if `signal` aborts, or for a bug.
 */
export interface Manners {
  /**
   * Returns the hosts to try, in order, each with the repository and the credential for it. Empty if the configuration
   * leaves no host. A failure if the runtime gives up before it asks a host.
   */
  targets(question: Question, purpose: Purpose): Promise<readonly Target[] | Failure>;
  /** Resolves a tag or a digest. */
  resolve(question: Question, targets: Targets, signal: AbortSignal): Promise<Answer>;
  /** Fetches a manifest or an index by its digest. */
  manifest(descriptor: Descriptor, targets: Targets, signal: AbortSignal): Promise<ManifestAnswer>;
  /** Checks that a config or a layer exists. If `read` is true, fetches the config to learn its platform. */
  blob(descriptor: Descriptor, read: boolean, targets: Targets, signal: AbortSignal): Promise<BlobAnswer>;
}

/** At least one host. */
export type Targets = readonly [Target, ...Target[]];
