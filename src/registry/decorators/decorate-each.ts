import type { Answer, BlobAnswer, Failure, ManifestAnswer } from '../../engine/answer.ts';
import type { Question, Registry } from '../../engine/ports.ts';

/** What any of the port's methods answers. */
export type PortAnswer = Answer | ManifestAnswer | BlobAnswer;

/** One ask, whichever method it is, still to be made. */
export type Call<A extends PortAnswer> = (signal: AbortSignal) => Promise<A>;

/** What a decorator does about one ask: makes it, now or later, or answers with a failure of its own. */
export type Around = <A extends PortAnswer>(
  question: Question,
  ask: Call<A>,
  signal: AbortSignal,
) => Promise<A | Failure>;

/** `registry` with the same `around` about each of its methods: for decorators that care whom they ask, not what. */
export function decorateEach(registry: Registry, around: Around): Registry {
  return {
    resolve: (question, signal) => around(question, (own) => registry.resolve(question, own), signal),
    manifest: (question, descriptor, signal) =>
      around(question, (own) => registry.manifest(question, descriptor, own), signal),
    blob: (question, descriptor, read, signal) =>
      around(question, (own) => registry.blob(question, descriptor, read, own), signal),
  };
}
