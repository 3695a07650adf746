/** `linux/amd64`, `linux/arm/v7`: the platform of a node, of an index entry or of an image config. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}
