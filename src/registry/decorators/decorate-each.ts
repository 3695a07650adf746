import type { Answer, BlobAnswer, Failure, ManifestAnswer } from '../../engine/answer.ts';
import type { Question, Registry } from '../../engine/ports.ts';

/** The tags of a repository. Empty if the registry does not list them. */
export interface TagList {
  readonly kind: 'tags';
  readonly tags: readonly string[];
}

/** The answer of any method of the ports `Registry` and `Tags`. */
export type PortAnswer = Answer | ManifestAnswer | BlobAnswer | TagList;

/** A call of any method of the ports, not yet made. */
export type Call<A extends PortAnswer> = (signal: AbortSignal) => Promise<A>;

/** Handles one call: makes it, now or later, or returns a failure instead. */
export type Around = <A extends PortAnswer>(
  question: Question,
  call: Call<A | Failure>,
  signal: AbortSignal,
) => Promise<A | Failure>;

/** Returns all of these as one. The first is the outermost. */
export function inside(...arounds: readonly Around[]): Around {
  return arounds.reduce(
    (outer, inner) => (question, call, signal) =>
      outer(question, (outerSignal) => inner(question, call, outerSignal), signal),
  );
}

/** Returns `registry` with `around` applied to each method. */
export function decorateEach(registry: Registry, around: Around): Registry {
  return {
    resolve: (question, signal) => around(question, (callSignal) => registry.resolve(question, callSignal), signal),
    manifest: (question, descriptor, signal) =>
      around(question, (callSignal) => registry.manifest(question, descriptor, callSignal), signal),
    blob: (question, descriptor, read, signal) =>
      around(question, (callSignal) => registry.blob(question, descriptor, read, callSignal), signal),
  };
}
