/**
 * The node's own configuration forbids the image, so no registry is asked. `blocked`: `blocked = true` in registries.conf.
 * `policy`: `reject` in policy.json.
 */
export interface Blocked {
  readonly kind: 'forbidden';
  readonly reason: 'blocked' | 'policy';
  readonly host: string;
}

/** The image has no host, and registries.conf of the node has no list of hosts for such images. */
export interface WithoutHost {
  readonly kind: 'forbidden';
  readonly reason: 'short-name';
  readonly host: string;
}

export type Forbidden = Blocked | WithoutHost;
