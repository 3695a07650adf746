import type { Platform } from '../image/platform.ts';

/** The fields of a Node that decide whether and how it pulls an image. */
export interface NodeFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly platform: Platform;
  /** All names in `status.images`, in the forms `repository:tag` and `repository@digest`. */
  readonly images: ReadonlySet<string>;
  /** False if the kubelet's list is truncated (50 images by default) or outdated: there may be other images. */
  readonly imagesComplete: boolean;
  /** The container runtime: `containerd`, `cri-o`, `docker`. */
  readonly runtime: string;
  /** Example: `v1.36.3`. */
  readonly kubeletVersion: string;
}
