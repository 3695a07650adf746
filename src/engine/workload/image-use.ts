/** `volume`: an image volume (KEP-4639), pulled like a container's image. */
export type UseKind = 'init' | 'container' | 'ephemeral' | 'volume';

/** `imagePullPolicy`, or an image volume's `pullPolicy`. */
export type PullPolicy = 'Always' | 'IfNotPresent' | 'Never';

/** One place in an object where an image is named. */
export interface ImageUse {
  readonly kind: UseKind;
  /** Name of the container or volume. */
  readonly name: string;
  /** Field path in the object as it was sent: `spec.template.spec.containers[0].image`. */
  readonly path: string;
  /** As written, unparsed. */
  readonly image: string;
  /** As written, or as the API server would default it. */
  readonly pullPolicy: PullPolicy;
  /** False for an image volume that no container mounts: it is asked for, but its failure harms nothing. */
  readonly needed: boolean;
}

/** The same for uses that are one and the same pull, whoever makes it. */
export function pullKey({ image, pullPolicy, needed }: ImageUse): string {
  return JSON.stringify([image, pullPolicy, needed]);
}
