/**
 * How much memory requests may use, in bytes. The sum fits into the limit of the pod (`manifests/base/deployment.yaml`)
 * beside what the process needs otherwise; docs/operations.md has the measurements.
 */
const KiB = 1_024;
const MiB = 1_024 * KiB;

/**
 * What the API server accepts as an object, and what etcd stores (kubernetes v1.36.3, MaxRequestBodyBytes of
 * k8s.io/apiserver/pkg/server/config.go, and etcd's --max-request-bytes).
 */
const object = { sent: 3 * MiB, stored: 1.5 * MiB } as const;

/** Go's encoding/json writes `<`, `>` and `&` as six bytes, such as \u003c. */
const escaped = 6;

/** Maximum request body: a new object, the stored one, and the fields around them. */
export const bodyLimit = escaped * (object.sent + object.stored) + MiB;

/** Bodies up to this size have a room of their own, so that they never wait for large ones. */
export const smallBody = 64 * KiB;

/** Room for the bodies that are being read, or that wait for a review. */
export const bodyRooms = { small: 16 * MiB, large: bodyLimit } as const;

/** How many bodies may wait for each room. Each needs about 100 KiB for its connection and the start of the body. */
export const maxWaitingBodies = 100;

/** The part of these bodies that may wait for a review. The rest is for bodies that are being read. */
export const waitingBodies = 12 * MiB;

/** What a waiting review needs beside its body. */
export const waitingOverhead = 2 * KiB;

/** Memory for the parsed objects of all running reviews. */
export const objectsWeight = 40 * MiB;

/** Maximum weight of the objects of one review: see `shapeOf`. */
export const reviewWeight = objectsWeight / 2;

/**
 * Maximum depth of a review. encoding/json of Go, and sigs.k8s.io/json of the API server, refuse a text with more than
 * 10,000 levels. An object is two levels deep in its review.
 */
export const maxDepth = 10_000 + 2;
