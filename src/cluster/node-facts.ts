import type { V1Node, V1NodeStatus } from '@kubernetes/client-node';
import type { NodeFacts } from '../engine/nodes/node.ts';
import { arrayOf, stringMapOf, stringOf } from '../lib/json.ts';
import { itemsOf, unverified, type Unverified } from './api-types.ts';

/** The kubelet reports at most its 50 largest images (`nodeStatusMaxImages`). */
const imageCap = 50;
/** The kubelet reports at most five names of an image. */
const nameCap = 5;
/** Longest age of a heartbeat, in ms. A kubelet without news reports every 5 minutes (`nodeStatusReportFrequency`). */
const heartbeatMs = 6 * 60_000;

/**
 * The facts in a Node of the API. `share` returns an equal text that is in memory already, because 5,000 nodes have the
 * same few thousand image names. `now` in ms since 1970.
 */
export function nodeFacts(node: unknown, now: number, share: (text: string) => string): NodeFacts {
  const { metadata, status } = unverified<V1Node>(node);
  const info = status?.nodeInfo;
  const images = itemsOf(status?.images).map((image) => namesOf(image.names));
  const labels = Object.entries(stringMapOf(metadata?.labels)).map(
    ([key, value]) => [share(key), share(value)] as const,
  );
  return {
    name: stringOf(metadata?.name),
    labels: Object.fromEntries(labels),
    platform: { os: share(stringOf(info?.operatingSystem)), architecture: share(stringOf(info?.architecture)) },
    images: new Set(images.flat().map(share)),
    imagesComplete: isComplete(images) && isFresh(status, now),
    runtime: share(stringOf(info?.containerRuntimeVersion).split(':', 1)[0] ?? ''),
    kubeletVersion: share(stringOf(info?.kubeletVersion)),
  };
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
