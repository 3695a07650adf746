import type { Platform } from '../image/platform.ts';

/** What of a Node decides whether and how it would pull an image. */
export interface NodeFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly platform: Platform;
  /** Every name in `status.images`, as the kubelet reports them: `repository:tag` and `repository@digest`. */
  readonly images: ReadonlySet<string>;
  /** False where the kubelet's list is capped (50 images by default) or stale: what is not in it may be there all the same. */
  readonly imagesComplete: boolean;
  /** `containerd`, `cri-o`, `docker`: the rules were read from containerd. */
  readonly runtime: string;
  /** `v1.36.3`. */
  readonly kubeletVersion: string;
}
