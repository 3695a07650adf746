/**
 * Bounds on the work for one object. The author of an object chooses these numbers, so each has a limit that no real
 * workload reaches. An image beyond a limit is not checked (`not-checked`), and the finding says which limit it is.
 * docs/decisions/0012-bounded-work-for-each-review.md says why each limit is as it is.
 */
export const limits = {
  /** Places in one object that name an image. */
  images: 2_500,
  /** Different sets of pull secrets, ServiceAccount and node selection among the pods of one object. */
  podSettings: 25,
  /** Different registries, as named by the images of one object. */
  hosts: 50,
  /** Different names in `imagePullSecrets`. */
  pullSecrets: 50,
  /** Characters of base64 in all pull secrets of one object together. One Secret has at most 1.4 million. */
  secretSize: 4_000_000,
  /** Entries in the docker configs of all pull secrets of one object together. */
  secretEntries: 20_000,
  /** Those of these entries that have a star in the host. */
  starEntries: 1_000,
  /** Credentials that are tried for one image. */
  credentials: 20,
  /** Values in the JSON of one manifest or index. */
  manifestValues: 30_000,
  /** Entries in one image index. */
  indexEntries: 1_000,
  /** Variants of one image that are asked for, also in nested indexes. */
  variants: 50,
  /** Different layers of one manifest that are asked for. */
  layers: 1_000,
  /** Labels, requirements and values in the node selector and node affinity of a pod, and its tolerations. */
  nodeTerms: 5_000,
  /** Questions to registries about all images of one object. One question may need several HTTP requests. */
  questions: 10_000,
} as const;

/** The name of a limit. The words for it are in `src/words/limit-words.ts`. */
export type Limit = keyof typeof limits;
