/**
 * Bounds on the work for one object. The author of an object chooses these numbers, so each has a limit that no real
 * workload reaches. An image beyond a limit is not checked (`not-checked`), and the finding says which limit it is.
 */
export const limits = {
  /** Different registries, as named by the images of one object. */
  hosts: 50,
} as const;

/** The name of a limit. The words for it are in `src/words/limit-words.ts`. */
export type Limit = keyof typeof limits;
