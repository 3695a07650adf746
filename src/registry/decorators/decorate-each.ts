import type { Answer, BlobAnswer, Failure, ManifestAnswer } from '../../engine/answer.ts';
import type { Question, Registry } from '../../engine/ports.ts';

/** The answer of any method of the port. */
export type PortAnswer = Answer | ManifestAnswer | BlobAnswer;

/** A call of any method of the port, not yet made. */
export type Call<A extends PortAnswer> = (signal: AbortSignal) => Promise<A>;

/** Handles one call: makes it, now or later, or returns a failure instead. */
export type Around = <A extends PortAnswer>(
  question: Question,
  call: Call<A>,
  signal: AbortSignal,
) => Promise<A | Failure>;

/** Returns `registry` with `around` applied to each method, for decorators that treat all methods alike. */
export function decorateEach(registry: Registry, around: Around): Registry {
  return {
    resolve: (question, signal) => around(question, (callSignal) => registry.resolve(question, callSignal), signal),
    manifest: (question, descriptor, signal) =>
      around(question, (callSignal) => registry.manifest(question, descriptor, callSignal), signal),
    blob: (question, descriptor, read, signal) =>
      around(question, (callSignal) => registry.blob(question, descriptor, read, callSignal), signal),
  };
}
