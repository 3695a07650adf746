/** Where the image is used. `volume`: an image volume (KEP-4639), which is pulled like the image of a container. */
export type UseKind = 'init' | 'container' | 'ephemeral' | 'volume';

/** `imagePullPolicy` of a container, or `pullPolicy` of an image volume. */
export type PullPolicy = 'Always' | 'IfNotPresent' | 'Never';

/** A JSON value that is not a string. */
export type NotString = 'null' | 'a number' | 'a boolean' | 'a list' | 'an object';

/** One place in an object that names an image. */
export interface ImageUse {
  readonly kind: UseKind;
  /** Name of the container or volume. */
  readonly name: string;
  /** Field path in the object: `spec.template.spec.containers[0].image`. */
  readonly path: string;
  /** The image string as written. Empty if there is none, or if it is not a string. */
  readonly image: string;
  /** Set if the image is not a string: what it is. YAML reads `image: 1.27` as a number. */
  readonly notString?: NotString;
  /** As written, or the API server's default. */
  readonly pullPolicy: PullPolicy;
  /** False for an image volume that no container mounts. It is checked, but a failed pull does no harm. */
  readonly needed: boolean;
  /** OpenShift, or the controller of a custom kind, fills in the image before the pods are created. Only in a template. */
  readonly filledLater?: true;
}

/** Returns a key that is equal for uses that need the same pull. */
export function pullKey({ image, notString, pullPolicy, needed, filledLater }: ImageUse): string {
  return JSON.stringify([image, notString, pullPolicy, needed, filledLater]);
}
