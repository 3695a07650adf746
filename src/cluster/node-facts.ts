import type { V1Node, V1NodeSpec, V1NodeStatus, V1NodeSystemInfo } from '@kubernetes/client-node';
import { normalImageName } from '../engine/image/image-name.ts';
import type { Platform } from '../engine/image/platform.ts';
import type { NodeFacts } from '../engine/nodes/node.ts';
import type { Taint } from '../engine/nodes/tolerations.ts';
import { arrayOf, stringMapOf, stringOf } from '../lib/json.ts';
import { memoized } from '../lib/memoized.ts';
import { itemsOf, unverified, type Unverified } from './api-types.ts';

/** The kubelet reports at most its 50 largest images (`nodeStatusMaxImages`). */
const imageCap = 50;
/** The kubelet reports at most five names of an image. */
const nameCap = 5;
/** Longest age of a heartbeat, in ms. A kubelet without news reports every 5 minutes (`nodeStatusReportFrequency`). */
const heartbeatMs = 6 * 60_000;

/** Texts that many nodes share. 5,000 nodes have the same few thousand image names. */
export interface SharedTexts {
  /** Returns an equal text that is in memory already. */
  readonly share: (text: string) => string;
  /** Returns `normalImageName(name)`. Docker reports `app:dev`, for example. Each name is parsed only once. */
  readonly imageName: (name: string) => string | undefined;
}

/** Returns shared texts, for the nodes of one read. */
export function sharedTexts(): SharedTexts {
  return { share: memoized((text: string) => text), imageName: memoized(normalImageName) };
}

/** Returns the facts in a Node of the API. `now` in ms since 1970. */
export function nodeFacts(node: unknown, now: number, { share, imageName }: SharedTexts): NodeFacts {
  const { metadata, spec, status } = unverified<V1Node>(node);
  const info = status?.nodeInfo;
  const images = itemsOf(status?.images).map((image) => namesOf(image.names));
  const labels = Object.entries(stringMapOf(metadata?.labels)).map(
    ([key, value]) => [share(key), share(value)] as const,
  );
  return {
    name: stringOf(metadata?.name),
    labels: Object.fromEntries(labels),
    platform: platformOf(info, share),
    taints: taintsOf(spec),
    images: new Set(images.flat().flatMap((name) => imageName(name) ?? [])),
    imagesComplete: isComplete(images) && isFresh(status, now),
    runtimeVersion: share(stringOf(info?.containerRuntimeVersion)),
    kubeletVersion: share(stringOf(info?.kubeletVersion)),
  };
}

/**
 * On Windows, the kernel version is the version of the operating system: 10.0.20348.2227. The fourth part is the patch
 * level, which no comparison reads.
 */
function platformOf(info: Unverified<V1NodeSystemInfo> | undefined, share: SharedTexts['share']): Platform {
  const os = share(stringOf(info?.operatingSystem));
  const architecture = share(stringOf(info?.architecture));
  if (os !== 'windows') return { os, architecture };
  return { os, architecture, osVersion: share(stringOf(info?.kernelVersion).split('.', 3).join('.')) };
}

/**
 * Taints that the cluster itself sets and removes, by the state of a node: not ready, cordoned, not initialized yet. They
 * do not tell which pods a node is for.
 */
const passing = /^node(?:\.cloudprovider)?\.kubernetes\.io\//;

function taintsOf(spec: Unverified<V1NodeSpec> | undefined): readonly Taint[] {
  return itemsOf(spec?.taints)
    .map(({ key, value, effect }) => ({ key: stringOf(key), value: stringOf(value), effect: stringOf(effect) }))
    .filter(({ key, effect }) => effect !== 'PreferNoSchedule' && !passing.test(key));
}

function namesOf(names: unknown): readonly string[] {
  return arrayOf(names).filter((name) => typeof name === 'string');
}

/** False for an empty list: the kubelet has not reported yet, or is configured to report no images. */
function isComplete(images: readonly (readonly string[])[]): boolean {
  return images.length > 0 && images.length < imageCap && images.every((names) => names.length < nameCap);
}

function isFresh(status: Unverified<V1NodeStatus> | undefined, now: number): boolean {
  const ready = itemsOf(status?.conditions).find(({ type }) => type === 'Ready');
  if (ready?.status !== 'True') return false;
  // The time is NaN if the kubelet never reported, and the comparison is then false.
  return now - Date.parse(stringOf(ready.lastHeartbeatTime)) <= heartbeatMs;
}
