import type { Platform } from './image/platform.ts';
import type { NamingOptions } from './workload/named-image.ts';

/** What an operator decides about how images are checked, as opposed to what is done about findings. */
export interface CheckOptions extends NamingOptions {
  /** Platforms to require where no node is in sight; none: no platform is required. */
  readonly platforms: readonly Platform[];
  /** Whether a single manifest's config is read for its platform, also in a cluster of one architecture. */
  readonly readConfig: boolean;
  /** Whether config and layers are looked at too. */
  readonly deep: boolean;
  readonly nodeCredentials: {
    /** Patterns of images for which nodes may hold credentials that are not mounted here. */
    readonly matchImages: readonly string[];
    /** Whether nodes hold none beyond those: with `false` every refusal is `access-unknown`. */
    readonly complete: boolean;
  };
  /** What a failure for want of a secret that does not exist yet is; `pending`: a warning where something announces it. */
  readonly missingSecret: 'deny' | 'warn' | 'pending';
}
