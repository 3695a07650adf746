import type { Platform } from '../image/platform.ts';
import type { Taint } from './tolerations.ts';

/** The fields of a Node that decide whether and how it pulls an image. */
export interface NodeFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly platform: Platform;
  /** The taints that keep pods away. */
  readonly taints: readonly Taint[];
  /** All names in `status.images`, normalized: `docker.io/library/nginx:1` or `repository@digest`. See `normalImageName`. */
  readonly images: ReadonlySet<string>;
  /** False if the kubelet's list is truncated (50 images by default) or outdated: there may be other images. */
  readonly imagesComplete: boolean;
  /** The container runtime and its version, as the kubelet reports them: `containerd://2.4.2`, `cri-o://1.34.0`. */
  readonly runtimeVersion: string;
  /** Example: `v1.36.3`. */
  readonly kubeletVersion: string;
}

/** Nodes, and how old the facts about them are. */
export interface NodeList {
  readonly nodes: readonly NodeFacts[];
  /** ms since the nodes were read. */
  readonly ageMs: number;
}
