import type { Platform } from './image/platform.ts';
import type { RuntimeKind } from './nodes/runtime-kind.ts';
import type { NamingOptions } from './workload/named-image.ts';

/** How images are checked, as the operator configures it. (The policy decides what is done about findings.) */
export interface CheckOptions extends NamingOptions {
  /** The platforms that an image must support if no node is known. Empty: no platform is required. */
  readonly platforms: readonly Platform[];
  /** The container runtimes of the nodes, if no node is known. */
  readonly runtimes: readonly RuntimeKind[];
  /** Whether to read the platform from a single manifest's config even if all nodes have one architecture. */
  readonly readConfig: boolean;
  /** Whether to check that the config and the layers exist. */
  readonly deep: boolean;
  readonly nodeCredentials: {
    /** Patterns of images for which nodes may have credentials that Pullgate cannot read. */
    readonly matchImages: readonly string[];
    /** Whether nodes have no credentials for other images. If false, every refusal is `access-unknown`. */
    readonly complete: boolean;
  };
  /**
   * What to do about a failed pull if a pull secret does not exist yet. `deny`: treat it like any other failure.
   * `warn`: only warn. `pending`: only warn if another object announces the secret.
   */
  readonly missingSecret: 'deny' | 'warn' | 'pending';
}
